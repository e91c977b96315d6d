/** Reads JSON that another system wrote. Nothing here throws on an unexpected shape. */

export type JsonObject = Record<string, unknown>;

/** The value itself where it is a JSON object, else an empty one. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The items of an array as objects; empty where the value is not an array. */
export function asList(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** A string, or a number as text; otherwise the empty string. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** As `asText`, but null where there is no text. */
export function textOrNull(value: unknown): string | null {
  const text = asText(value);
  return text === '' ? null : text;
}

/** An own property of an object or array, else undefined: never an inherited one such as `constructor`. */
export function ownProperty(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as JsonObject)[name];
}

/** A copy without a prototype, so that any name can be looked up; null where the value is not a JSON object. */
export function ownFields(value: unknown): JsonObject | null {
  return isObject(value) ? Object.assign(Object.create(null), value) : null;
}

/** The parsed text, or undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
