import type { Json, JsonObject } from '../types.ts';

// Customer.io Track API docs, "Limits". All count UTF-8 bytes, not characters.
export const limits = {
  identifierBytes: 150,
  attributeNameBytes: 150,
  attributeValueBytes: 1000,
  attributes: 300,
  eventNameBytes: 100,
  eventDataBytes: 100_000,
  // The docs say 32 KB and 500 KB. Public client code takes 32 * 1024 for an item and 500 000 for a batch,
  // and both work in production, so the simulator enforces these two.
  itemBytes: 32 * 1024,
  batchBytes: 500_000,
  // Docs of POST /segments/{id}/add_customers.
  segmentIds: 1000,
} as const;

/** Something wrong with a request: Track v1 shows `text`, v2 shows `reason`, `field` and `message`. */
export interface Problem {
  reason: 'invalid' | 'required';
  field: string;
  message: string;
  text: string;
}

export function problem(field: string, message: string, text = message): Problem {
  return { reason: 'invalid', field, message, text };
}

/** `required` was never seen on the wire, only `invalid`; a client must not care which one it gets. */
export function missing(field: string, message: string, text = message): Problem {
  return { reason: 'required', field, message, text };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function longerThan(text: string, bytes: number): boolean {
  // A UTF-16 unit takes 1 to 3 bytes: most texts need no counting.
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

function valueTooLong(value: Json): boolean {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return false;
  return longerThan(typeof value === 'string' ? value : JSON.stringify(value), limits.attributeValueBytes);
}

/** Keys of an identify call that are instructions, not attributes. */
export function isInstruction(key: string): boolean {
  return (
    key === '_update' ||
    key === '_timestamp' ||
    key === 'anonymous_id' ||
    key === 'cio_relationships' ||
    key.startsWith('cio_subscription_preferences')
  );
}

/** Checks the attributes of one identify call. The text about a long value is the one Customer.io really sends. */
export function attributeProblems(attributes: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const names = Object.keys(attributes).filter((name) => !isInstruction(name));
  if (names.length > limits.attributes) {
    problems.push(problem('attributes', `cannot have more than ${limits.attributes} attributes`));
  }
  for (const name of names) {
    const value = attributes[name] as Json;
    if (longerThan(name, limits.attributeNameBytes)) {
      const text = `attribute name '${name}' cannot be longer than ${limits.attributeNameBytes} bytes`;
      problems.push(problem(`attributes.${name}`, 'property name cannot be longer than 150 bytes', text));
    }
    if (valueTooLong(value)) {
      const text = `value for attribute '${name}' cannot be longer than ${limits.attributeValueBytes} bytes`;
      problems.push(problem(`attributes.${name}`, 'property value cannot be longer than 1000 bytes', text));
    }
    if (name === 'id' && typeof value === 'string' && longerThan(value, limits.identifierBytes)) {
      problems.push(problem('attributes.id', 'id cannot be longer than 150 bytes'));
    }
  }
  return problems;
}

/** Checks name and data of an event. `field` is what the API calls the data: `data` in v1, `attributes` in v2. */
export function eventProblems(name: unknown, data: unknown, field: string): Problem[] {
  const problems: Problem[] = [];
  if (typeof name !== 'string' || name.trim() === '') {
    problems.push(missing('name', 'name is required'));
  } else if (longerThan(name.trim(), limits.eventNameBytes)) {
    problems.push(problem('name', `event name cannot be longer than ${limits.eventNameBytes} bytes`));
  }
  if (data !== undefined && data !== null && !isObject(data)) {
    problems.push(problem(field, `${field} must be an object`));
  } else if (data && longerThan(JSON.stringify(data), limits.eventDataBytes)) {
    problems.push(problem(field, `event data cannot be larger than ${limits.eventDataBytes} bytes`));
  }
  return problems;
}
