import type { FieldDefinition } from '../domain/entities.ts';
import { nearest } from '../lib/nearest.ts';

interface Named {
  id: number;
  name: string;
  code?: string | null;
}

/** `exists`: there is more than one, and the configuration must say which. */
export type NameMatch<T> = { found: T } | { message: string; hint: string; exists: boolean };

/**
 * Finds what the configuration names: by id, by exact name, by code, or by the name in another case
 * or with other spaces around it. Two of one name are an error that tells their ids.
 *
 * @param what for messages: `pipeline`, `stage of Sales`
 */
export function findNamed<T extends Named>(text: string, all: readonly T[], what: string): NameMatch<T> {
  const wanted = text.trim();
  const same = (name: string) => name.trim().toLowerCase() === wanted.toLowerCase();
  const ways: ((one: T) => boolean)[] = [
    (one) => String(one.id) === wanted,
    (one) => one.name === wanted,
    (one) => !!one.code && one.code === wanted,
    (one) => same(one.name),
    (one) => !!one.code && same(one.code),
  ];
  for (const way of ways) {
    const hits = all.filter(way);
    if (hits.length === 1) return { found: hits[0]! };
    if (hits.length > 1) {
      const ids = hits.map((hit) => hit.id).join(', ');
      return {
        message: `there are ${hits.length} ${what}s named "${wanted}"`,
        hint: `Write the id: ${ids}.`,
        exists: true,
      };
    }
  }
  return { message: `Kommo has no ${what} "${wanted}"`, hint: namesHint(wanted, all, what), exists: false };
}

/** So many names still help; an account can have hundreds of fields. */
const MOST_NAMES = 40;

function namesHint(wanted: string, all: readonly Named[], what: string): string {
  if (all.length === 0) return `It has no ${what} at all.`;
  const names = all.map((one) => one.name);
  const near = nearest(wanted, names);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const list = `It has ${names.slice(0, MOST_NAMES).join(', ')}${more}.`;
  return near ? `Did you mean "${near}"? ${list}` : list;
}

/** The options of a list field, or null for a field that takes any text. */
export function optionsOf(field: FieldDefinition): string[] | null {
  const isList = ['select', 'multiselect', 'radiobutton', 'category'].includes(field.type);
  return isList ? (field.options ?? []).map((option) => option.value) : null;
}
