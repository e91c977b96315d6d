import { formatKeyPath, type KeyPath, type ProblemAt } from './problems.ts';

export interface Position {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
}

/** Where a key and its value start, as offsets into the text, and the places below. */
interface Place {
  key?: number;
  value?: number;
  below?: Map<string | number, Place>;
}

/**
 * The places of keys and values in the file. Most are never asked for, so offsets are kept by step of the path, and lines
 * and paths in words are computed only for the places of problems. A missing key has its parent's position.
 */
export class Locations {
  readonly #positionAt: (offset: number) => Position;
  readonly #root: Place = {};

  constructor(positionAt: (offset: number) => Position) {
    this.#positionAt = positionAt;
  }

  /** The places of the keys that `path` goes through must have been set before. */
  set(path: KeyPath, at: 'key' | 'value', offset: number): void {
    let place = this.#root;
    for (const step of path) {
      place.below ??= new Map();
      const next = place.below.get(step) ?? {};
      place.below.set(step, next);
      place = next;
    }
    place[at] = offset;
  }

  find(path: KeyPath, at: 'key' | 'value' = 'value'): Position {
    let place = this.#root;
    for (const step of path) {
      const next = place.below?.get(step);
      // Something is missing in the parent, so the parent's key is a better position than its first value.
      if (!next) return this.#positionOf(place.key ?? place.value);
      place = next;
    }
    return this.#positionOf(place[at] ?? place.value ?? place.key);
  }

  readonly problem: ProblemAt = (path, message, hint, at) => {
    const position = this.find(path, at);
    return { message, path: formatKeyPath(path), ...position, ...(hint ? { hint } : {}) };
  };

  #positionOf(offset: number | undefined): Position {
    return offset === undefined ? { line: 1, column: 1 } : this.#positionAt(offset);
  }
}
