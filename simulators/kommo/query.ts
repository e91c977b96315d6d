/** A query string in PHP's bracket style, encoded or not: `filter[id][]=1&filter[id][3]=2&limit=50`. */
export interface Query {
  /** The last value of exactly this key, or undefined. */
  one(...path: string[]): string | undefined;
  /** Every value of the key, of `key[]` and of `key[0]`; comma lists are split. Undefined when the key is absent. */
  list(...path: string[]): string[] | undefined;
  /** `key[from]`, `key[to]`, or the single value of `key`. */
  range(...path: string[]): Range | undefined;
  /** The names directly below a key: for `order[id]=asc` under `order`: ['id']. */
  names(...path: string[]): string[];
}

/** Both ends are included; unix seconds. */
export interface Range {
  from: number;
  to: number;
  single: boolean;
}

interface Pair {
  path: string[];
  value: string;
}

function parseKey(key: string): string[] {
  const open = key.indexOf('[');
  if (open < 0) return [key];
  return [key.slice(0, open), ...[...key.slice(open).matchAll(/\[([^\]]*)\]/g)].map((part) => part[1] ?? '')];
}

const isIndex = (part: string | undefined): boolean => part !== undefined && /^\d*$/.test(part);

export function parseQuery(text: string): Query {
  const pairs: Pair[] = [...new URLSearchParams(text)].map(([key, value]) => ({ path: parseKey(key), value }));
  const under = (path: string[]): Pair[] =>
    pairs.filter((pair) => path.every((part, index) => pair.path[index] === part));

  const one = (...path: string[]): string | undefined =>
    under(path).findLast((pair) => pair.path.length === path.length)?.value;

  return {
    one,
    list(...path) {
      const found = under(path).filter(
        (pair) =>
          pair.path.length === path.length ||
          (pair.path.length === path.length + 1 && isIndex(pair.path[path.length])),
      );
      return found.length === 0 ? undefined : found.flatMap((pair) => pair.value.split(','));
    },
    range(...path) {
      const from = one(...path, 'from');
      const to = one(...path, 'to');
      const single = one(...path);
      if (from !== undefined || to !== undefined)
        return { from: Number(from ?? 0), to: to === undefined ? Infinity : Number(to), single: false };
      if (single === undefined || single === '') return undefined;
      const [start, end] = single.split(',');
      return { from: Number(start), to: end === undefined ? Infinity : Number(end), single: end === undefined };
    },
    names(...path) {
      return under(path)
        .map((pair) => pair.path[path.length])
        .filter((name): name is string => name !== undefined);
    },
  };
}

export const within = (range: Range | undefined, value: number): boolean =>
  range === undefined || (value >= range.from && value <= range.to);
