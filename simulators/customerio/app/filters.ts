import { isObject } from '../model/limits.ts';
import type { Json } from '../types.ts';

/** What a filter asks about one person or object. */
export interface Subject {
  attribute(name: string): Json | undefined;
  isInSegment(id: string): boolean;
}

type Filter = (subject: Subject) => boolean;

/**
 * Reads the filter of a search: `and` and `or` with lists, `not`, and the conditions `segment` and `attribute` (or
 * `object_attribute`) with the operators `eq` and `exists` (Customer.io docs). null for anything else.
 */
export function readFilter(value: unknown): Filter | null {
  if (!isObject(value)) return null;
  const filters = Object.entries(value).map(([key, part]) => readPart(key, part));
  if (filters.length === 0 || filters.includes(null)) return null;
  return all(filters as Filter[]);
}

const all =
  (filters: Filter[]): Filter =>
  (subject) =>
    filters.every((filter) => filter(subject));

function readPart(key: string, part: Json): Filter | null {
  if (key === 'and' || key === 'or') {
    const filters = Array.isArray(part) ? part.map(readFilter) : [];
    if (filters.length === 0 || filters.includes(null)) return null;
    const known = filters as Filter[];
    return key === 'and' ? all(known) : (subject) => known.some((filter) => filter(subject));
  }
  if (key === 'not') {
    const filter = readFilter(part);
    return filter && ((subject) => !filter(subject));
  }
  if (!isObject(part)) return null;
  if (key === 'segment') return readSegment(part.id);
  return key === 'attribute' || key === 'object_attribute' ? readAttribute(part) : null;
}

const readSegment = (id: Json | undefined): Filter | null =>
  typeof id === 'number' || typeof id === 'string' ? (subject) => subject.isInSegment(String(id)) : null;

function readAttribute({ field, operator, value }: { [key: string]: Json }): Filter | null {
  if (typeof field !== 'string') return null;
  if (operator === 'exists') return (subject) => subject.attribute(field) !== undefined;
  if (operator !== 'eq' || value === undefined) return null;
  // The API shows all attributes as text.
  return (subject) => {
    const own = subject.attribute(field);
    return own !== undefined && asText(own) === asText(value);
  };
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
