import type { FieldDefinition } from '../domain/entities.ts';
import { findByName, type Named } from '../domain/find-by-name.ts';
import { nearest } from '../lib/nearest.ts';
import { type Hint, listOf } from './problems.ts';

/** `exists`: there is more than one, and the configuration must say which. */
export type NameMatch<T> = { found: T } | { message: string; hint: Hint; exists: boolean };

/**
 * Finds the entity that a text of the configuration names, or gives the error. For an ambiguous name the error lists the ids.
 *
 * @param kind for messages: `pipeline`, `stage`
 */
export function findNamed<T extends Named>(text: string, all: readonly T[], kind: string): NameMatch<T> {
  const wanted = text.trim();
  const [first, ...others] = findByName(text, all);
  if (first === undefined)
    return {
      message: `Kommo has no ${kind} "${wanted}"`,
      hint: () => namesHint(wanted, all, kind),
      exists: false,
    };
  if (others.length === 0) return { found: first };
  return {
    message: `there are ${others.length + 1} ${kind}s named "${wanted}"`,
    hint: `Write the id: ${listOf([first, ...others].map(({ id }) => String(id)))}.`,
    exists: true,
  };
}

function namesHint(wanted: string, all: readonly Named[], kind: string): string {
  if (all.length === 0) return `It has no ${kind} at all.`;
  const names = all.map(({ name }) => name);
  const near = nearest(wanted, names);
  const list = `It has ${listOf(names)}.`;
  return near ? `Did you mean "${near}"? ${list}` : list;
}

/** The options of a list field, or null for a field that takes any text. */
export function optionsOf(field: FieldDefinition): string[] | null {
  const isList = ['select', 'multiselect', 'radiobutton', 'category'].includes(field.type);
  return isList ? (field.options ?? []).map((option) => option.value) : null;
}
