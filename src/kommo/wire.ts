import { asList, asObject, asText, type JsonObject } from '../lib/unknown-json.ts';

/** Readers for the conventions of Kommo's JSON. They never throw on an unexpected shape. */

/** The items of `_embedded[name]`. */
export function embedded(value: unknown, name: string): JsonObject[] {
  return asList(asObject(asObject(value)._embedded)[name]);
}

/** Whether a list goes on after this page. */
export function hasNextPage(body: unknown): boolean {
  return asText(asObject(asObject(asObject(body)._links).next).href) !== '';
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
