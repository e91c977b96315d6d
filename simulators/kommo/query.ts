/** A query string in PHP's bracket style, encoded or not: `filter[id][]=1&filter[id][3]=2&limit=50`. */
export interface Query {
  /** The last value of exactly this key, or undefined. */
  one(...path: string[]): string | undefined;
  /** Every value of `key`, `key[]` and `key[0]`; comma lists are split. Undefined when the key is absent. */
  list(...path: string[]): string[] | undefined;
  /** Like `list`, as a set of numbers. */
  ids(...path: string[]): Set<number> | undefined;
  /** `key[from]` and `key[to]`, `key=from,to`, or `key=from`. */
  range(...path: string[]): Range | undefined;
  /** The names directly below a key, each once: for `order[id]=asc` under `order`: ['id']. */
  names(...path: string[]): string[];
  /** What `with=a,b` asks for. */
  with(): Set<string>;
}

/** Both ends are included; unix seconds. */
export interface Range {
  from: number;
  to: number;
}

interface Pair {
  path: string[];
  value: string;
}

function parseKey(key: string): string[] {
  const open = key.indexOf('[');
  if (open < 0) return [key];
  const inner = [...key.slice(open).matchAll(/\[([^\]]*)\]/g)].map((part) => part[1] ?? '');
  return [key.slice(0, open), ...inner];
}

const isIndex = (part: string | undefined): boolean => part !== undefined && /^\d*$/.test(part);

/** `ignored` names the keys that count as not given: an account without the right to filter. */
export function parseQuery(text: string, ignored: string[] = []): Query {
  const pairs: Pair[] =
    text === ''
      ? []
      : [...new URLSearchParams(text)]
          .map(([key, value]) => ({ path: parseKey(key), value }))
          .filter(({ path }) => !ignored.includes(path[0]!));
  const under = (path: string[]): Pair[] =>
    pairs.filter((pair) => path.every((part, index) => pair.path[index] === part));

  const one = (...path: string[]): string | undefined =>
    under(path).findLast((pair) => pair.path.length === path.length)?.value;

  const list = (...path: string[]): string[] | undefined => {
    const depth = path.length;
    const found = under(path).filter(
      (pair) => pair.path.length === depth || (pair.path.length === depth + 1 && isIndex(pair.path[depth])),
    );
    return found.length === 0 ? undefined : found.flatMap((pair) => pair.value.split(','));
  };

  return {
    one,
    list,
    ids(...path) {
      const found = list(...path);
      return found && new Set(found.map(Number));
    },
    range(...path) {
      const [first, second] = (one(...path) ?? '').split(',');
      const from = one(...path, 'from') ?? (first === '' ? undefined : first);
      const to = one(...path, 'to') ?? second;
      if (from === undefined && to === undefined) return undefined;
      return { from: Number(from ?? 0), to: to === undefined ? Number.POSITIVE_INFINITY : Number(to) };
    },
    names(...path) {
      const names = under(path).map((pair) => pair.path[path.length]);
      return [...new Set(names)].filter((name) => name !== undefined);
    },
    with: () => new Set(list('with')),
  };
}

export const within = (range: Range | undefined, value: number | null): boolean =>
  range === undefined || (value !== null && value >= range.from && value <= range.to);
