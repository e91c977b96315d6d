/** What PHP can put into a form: nested lists and maps of scalars. */
export type FormValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | FormValue[]
  | { [key: string]: FormValue };

/** PHP's `urlencode`: a space is `+`, and only letters, digits and `-_.` stay as they are. */
export function phpUrlencode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/**
 * PHP's `http_build_query`: keys in the order they were set, `true` as 1 and `false` as 0. Null and empty
 * lists leave no trace. Pairs instead of an object, because JavaScript would sort keys that look like numbers.
 */
export function buildQuery(pairs: [string, FormValue][]): string {
  return pairs.flatMap(([key, value]) => flatten(phpUrlencode(key), value)).join('&');
}

function flatten(key: string, value: FormValue): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, inner]) =>
      flatten(`${key}%5B${phpUrlencode(name)}%5D`, inner),
    );
  return [`${key}=${phpUrlencode(typeof value === 'boolean' ? String(Number(value)) : String(value))}`];
}
