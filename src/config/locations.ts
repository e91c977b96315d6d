import { type ConfigProblem, formatKeyPath, type KeyPath, type ProblemAt } from './problems.ts';

export interface Position {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
}

/** The positions of keys and values in the file. A missing key has its parent's position. */
export interface Locations {
  set(path: KeyPath, at: 'key' | 'value', position: Position): void;
  find(path: KeyPath, at?: 'key' | 'value'): Position;
  problem: ProblemAt;
}

export function createLocations(): Locations {
  const places = { key: new Map<string, Position>(), value: new Map<string, Position>() };

  function find(path: KeyPath, at: 'key' | 'value' = 'value'): Position {
    const own = formatKeyPath(path);
    const position = places[at].get(own) ?? places.value.get(own);
    if (position) return position;
    // Something is missing in the parent, so the parent's key is a better position than its first value.
    return path.length === 0 ? { line: 1, column: 1 } : find(path.slice(0, -1), 'key');
  }

  return {
    set: (path, at, position) => void places[at].set(formatKeyPath(path), position),
    find,
    problem(path, message, hint, at): ConfigProblem {
      return { message, path: formatKeyPath(path), ...find(path, at), ...(hint ? { hint } : {}) };
    },
  };
}
