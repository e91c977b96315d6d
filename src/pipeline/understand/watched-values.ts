import { fieldsSetBy } from '../../domain/consent/projection.ts';
import type { Catalog, FieldDefinition } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { WatchedValues } from '../../kommo/index.ts';

/** Their types are part of the address of a call, of which a server takes some thousand characters. */
const MAX_FIELDS = 100;

/**
 * The values whose changes a webhook would report and the rules use: those that the attributes of people come from, and those that
 * show an opt-out. A field counts as used where its name, code or id is anywhere in the sources: one too many costs a reading of a
 * deal now and then. Pure.
 */
export function watchedValues(
  { attributes, consent, ...rules }: Rules,
  { dealFields, contactFields }: Pick<Catalog, 'dealFields' | 'contactFields'>,
): WatchedValues {
  const text = Object.values(attributes)
    .filter((source) => typeof source === 'string')
    .join('\n');
  const optOuts = consent.fromCrm
    ? [...fieldsSetBy({ ...rules, attributes, consent }), consent.contactField ?? '']
    : [];
  const uses = (pattern: RegExp) => pattern.test(text);
  const usedOf = (fields: readonly FieldDefinition[]) =>
    fields
      .filter((field) => namesOf(field).some((name) => text.includes(name)) || isAmong(field, optOuts))
      .slice(0, MAX_FIELDS);
  // A contact has its phone number in a field.
  const phones = uses(/\bcontact\.phone/) ? contactFields.filter(({ code }) => code === 'PHONE') : [];
  const ids = [...usedOf(dealFields), ...usedOf(contactFields), ...phones].map(({ id }) => id);
  return {
    fieldIds: [...new Set(ids)],
    name: uses(/\b(deal\.name|contact\.(first_|last_)?name)\b/),
    price: uses(/\bdeal\.price\b/),
    responsibleUser: uses(/\bresponsible_user\b/),
    tags: uses(/\bdeal\.tags\b/),
  };
}

function namesOf({ id, name, code }: FieldDefinition): string[] {
  return [String(id), name, ...(code === null ? [] : [code])].filter((text) => text !== '');
}

function isAmong(field: FieldDefinition, texts: readonly string[]): boolean {
  const names = namesOf(field).map((name) => name.toLowerCase());
  return texts.some((text) => names.includes(text.trim().toLowerCase()));
}
