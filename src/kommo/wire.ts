/** Reading JSON that somebody else writes: nothing here throws on a shape it did not expect. */

export type WireObject = Record<string, unknown>;

export function asObject(value: unknown): WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : {};
}

export function asList(value: unknown): WireObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** The items of `_embedded[name]`. */
export function embedded(value: unknown, name: string): WireObject[] {
  return asList(asObject(asObject(value)._embedded)[name]);
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function textOrNull(value: unknown): string | null {
  const text = asText(value);
  return text === '' ? null : text;
}

/** A positive whole number, also where it comes as text; otherwise null. */
export function idOrNull(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** Unix seconds; also from an RFC 3339 text. Null where there is no time (Kommo writes null or 0). */
export function timeOrNull(value: unknown): number | null {
  if (typeof value === 'number') return value > 0 ? Math.floor(value) : null;
  if (typeof value !== 'string') return null;
  if (/^\d+$/.test(value)) return timeOrNull(Number(value));
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}
