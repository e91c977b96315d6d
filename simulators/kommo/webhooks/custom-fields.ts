import type { CustomValue, FieldDefinition, FieldValue } from '../model.ts';
import { shownDate, type Zoned } from '../zones.ts';
import type { FormValue } from './form.ts';

/**
 * Custom fields as webhooks carry them: the shape of API v2 (`id, name, values, code`), not of v4.
 * Fields without a value or a definition are left out.
 */
export function customFields(
  custom: CustomValue[],
  definitions: FieldDefinition[],
  zone: Zoned,
): FormValue[] {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  return custom.flatMap(({ field_id, values }) => {
    const definition = byId.get(field_id);
    if (!definition || definition.is_deleted || values.length === 0) return [];
    const field: FormValue = {
      id: field_id,
      name: definition.name,
      values: shape(values, definition, zone),
      code: definition.code,
    };
    return [field];
  });
}

function shape(values: FieldValue[], definition: FieldDefinition, zone: Zoned): FormValue {
  const { type } = definition;
  // Kommo docs and captures: a date is a bare number in the list. For date_time this is a guess.
  if (type === 'date' || type === 'date_time') return values.map(({ value }) => unixSeconds(value));
  if (type === 'birthday') return values.map(({ value }) => ({ value: dayMonthYear(value, zone) }));
  const pairs = values.map((value) => ({ value: plain(value.value), enum: enumOf(value, definition) }));
  // Kommo docs: a radiobutton is one object, not a list with one object.
  return type === 'radiobutton' ? (pairs[0] ?? []) : pairs;
}

function enumOf(value: FieldValue, { enums }: FieldDefinition): number | undefined {
  if (value.enum_id !== undefined) return value.enum_id;
  if (value.enum_code === undefined) return undefined;
  return enums?.find((option) => option.code === value.enum_code)?.id;
}

/** Lists and objects (files, legal entities, linked entities) keep their inner keys. */
function plain(value: unknown): FormValue {
  if (value === null || value === undefined) return '';
  return value as FormValue;
}

/** The API takes dates as unix seconds and as RFC 3339. */
function unixSeconds(value: unknown): FormValue {
  if (typeof value === 'number' || /^-?\d+$/.test(String(value))) return String(value);
  const parsed = Date.parse(String(value));
  return Number.isNaN(parsed) ? String(value) : String(Math.floor(parsed / 1000));
}

function dayMonthYear(value: unknown, zone: Zoned): string {
  const seconds = Number(unixSeconds(value));
  return Number.isFinite(seconds) ? shownDate(zone, seconds) : String(value);
}
