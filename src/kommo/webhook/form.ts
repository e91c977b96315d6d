import querystring from 'node:querystring';

/**
 * A webhook body as plain nested data. Maps instead of objects: a key such as `__proto__`,
 * `constructor` or `999999999999999999` is a key like any other and allocates nothing.
 */
export type FormMap = Map<string, FormValue>;
export type FormValue = string | number | boolean | null | FormMap;

export type FormReading = { ok: true; root: FormMap } | { ok: false; error: string };

/** Kommo's deepest known key has 6 levels; a real body has a few hundred fields. */
const MAX_DEPTH = 32;
const MAX_FIELDS = 20_000;

/**
 * Reads a PHP `http_build_query` body (`a[b][0][c]=x`), percent-encoded or not, in linear time.
 * Fields may come in any order: where one key is given both as a value and as a group, the group wins;
 * where a plain value is given twice, the last one does (as in PHP).
 *
 * Written here rather than with qs, which turns indices over its `arrayLimit` into keys and needs four options set right
 * for hostile bodies.
 */
export function parseForm(body: string): FormReading {
  const root: FormMap = new Map();
  const nextIndex = new Map<FormMap, number>();
  let fields = 0;
  let start = 0;
  while (start <= body.length) {
    let end = body.indexOf('&', start);
    if (end === -1) end = body.length;
    if (end > start) {
      fields += 1;
      if (fields > MAX_FIELDS) return tooMany();
      // Searched within the field: a search in the whole body would be quadratic for a body without any `=`.
      const field = body.slice(start, end);
      const equals = field.indexOf('=');
      const cut = equals === -1 ? field.length : equals;
      const path = splitKey(decode(field.slice(0, cut)));
      if (path === null) return tooDeep();
      place(root, path, decode(field.slice(cut + 1)), nextIndex);
    }
    start = end + 1;
  }
  return { ok: true, root };
}

/** Reads a JSON body of the same shape; lists become groups with the keys `0`, `1`, ... */
export function parseJson(body: string): FormReading {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, error: 'The body claims to be JSON, but is not valid JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, error: 'The body is JSON, but not an object.' };
  }
  const budget = { fields: MAX_FIELDS, problem: null as FormReading | null };
  const root = toForm(value, 0, budget) as FormMap;
  return budget.problem ?? { ok: true, root };
}

/**
 * The items of a list (a group whose keys are whole numbers), in the order of their numbers.
 * A group without such keys, or a plain value, has no items.
 */
export function listItems(value: FormValue | undefined): FormValue[] {
  if (!(value instanceof Map)) return [];
  return [...value]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => compareNumerals(a, b))
    .map(([, item]) => item);
}

/** Compares without converting: 20-digit keys would lose their order as numbers. */
function compareNumerals(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Never throws: a broken percent sequence stays as it is, broken UTF-8 becomes U+FFFD. */
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return querystring.unescape(text.replaceAll('+', ' '));
}

/** `a[b][0]` -> `['a', 'b', '0']`; null when it is nested too deeply. A key with broken brackets is one plain key. */
function splitKey(key: string): string[] | null {
  const first = key.indexOf('[');
  if (first <= 0) return [key];
  const path = [key.slice(0, first)];
  let at = first;
  while (at < key.length) {
    const close = key[at] === '[' ? key.indexOf(']', at) : -1;
    if (close === -1) return path.length === 1 ? [key] : path;
    path.push(key.slice(at + 1, close));
    if (path.length > MAX_DEPTH) return null;
    at = close + 1;
  }
  return path;
}

function place(root: FormMap, path: string[], value: string, nextIndex: Map<FormMap, number>): void {
  let group = root;
  for (const [level, part] of path.entries()) {
    const key = part === '' && level > 0 ? freeIndex(group, nextIndex) : part;
    const existing = group.get(key);
    if (level === path.length - 1) {
      if (!(existing instanceof Map)) group.set(key, value);
    } else if (existing instanceof Map) {
      group = existing;
    } else {
      const child: FormMap = new Map();
      group.set(key, child);
      group = child;
    }
  }
}

/** The next free index for `a[]=x`, which appends. Remembered per group, so that many of them stay linear. */
function freeIndex(group: FormMap, nextIndex: Map<FormMap, number>): string {
  let index = nextIndex.get(group) ?? 0;
  while (group.has(String(index))) index += 1;
  nextIndex.set(group, index + 1);
  return String(index);
}

type Budget = { fields: number; problem: FormReading | null };

function toForm(value: unknown, depth: number, budget: Budget): FormValue {
  budget.fields -= 1;
  if (budget.fields < 0) budget.problem ??= tooMany();
  if (depth > MAX_DEPTH) budget.problem ??= tooDeep();
  if (budget.problem) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  const group: FormMap = new Map();
  for (const [key, item] of Object.entries(value)) {
    if (budget.problem) break;
    group.set(key, toForm(item, depth + 1, budget));
  }
  return group;
}

function tooMany(): FormReading {
  return {
    ok: false,
    error: `The body has more than ${MAX_FIELDS} fields; Kommo sends a few hundred at most.`,
  };
}

function tooDeep(): FormReading {
  return { ok: false, error: `The body is nested deeper than ${MAX_DEPTH} levels; Kommo's are not.` };
}
