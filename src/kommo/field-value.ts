import { dayForKommo } from '../domain/calendar-day.ts';
import type { FieldDefinition } from '../domain/entities.ts';
import type { FailureCode } from '../domain/errors.ts';
import { cutCharacters } from '../lib/cut-characters.ts';
import { readDate } from '../lib/read-date.ts';

/** A value to write, in the form that Kommo requires for the field's type. */
export type FieldInput =
  | { text: string }
  | { number: number }
  | { checked: boolean }
  /** Unix seconds. */
  | { at: number }
  /** One option of a list field, or several where the field can hold them. */
  | { enumIds: number[] }
  | { enumId: number }
  | { clear: true };

export type FieldValueResult =
  /** `warning`: a sentence for people about what was changed to fit the field. */
  { ok: true; value: FieldInput; warning?: string } | { ok: false; error: string; code: FailureCode };

const TEXTS: ReadonlySet<string> = new Set(['text', 'textarea', 'url', 'streetaddress', 'tracking_data']);
const NUMBERS: ReadonlySet<string> = new Set(['numeric', 'price', 'monetary']);
const DAYS: ReadonlySet<string> = new Set(['date', 'birthday']);
const CHOICES: ReadonlySet<string> = new Set(['select', 'radiobutton', 'category']);

/** Characters of a text field. Kommo's docs name no limit; the API refuses longer texts (seen in public client code). */
export const MAX_FIELD_TEXT = 256;

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'off', '0']);

/**
 * Converts a text of the configuration to a value of the field, or gives an error text where the field cannot hold it. An
 * empty text clears the field. Options are found by their text, ignoring case: Kommo requires the exact text or the id,
 * and never creates an option. A text that is too long for a text field is cut.
 * @param timezone the account's zone: a date is a day there
 */
export function fieldValue(definition: FieldDefinition, text: string, timezone: string): FieldValueResult {
  const { type } = definition;
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, value: { clear: true } };
  if (type === 'text') return textValue(definition, text);
  if (TEXTS.has(type)) return { ok: true, value: { text } };
  if (NUMBERS.has(type)) return numberValue(definition, trimmed);
  if (DAYS.has(type)) return dateValue(definition, trimmed, timezone, (at) => dayForKommo(at, timezone));
  if (type === 'date_time') return dateValue(definition, trimmed, timezone, (at) => at);
  if (type === 'checkbox') return checkboxValue(definition, trimmed);
  if (CHOICES.has(type)) return choiceValue(definition, [trimmed], false);
  if (type === 'multiselect') return choiceValue(definition, splitChoices(definition, trimmed), true);
  return invalid(definition, `is of type "${type}", which Stagepost cannot set`);
}

function invalid(
  definition: FieldDefinition,
  problem: string,
  code: FailureCode = 'value_type_mismatch',
): FieldValueResult {
  return { ok: false, error: `The deal field "${definition.name}" ${problem}.`, code };
}

function textValue({ name }: FieldDefinition, text: string): FieldValueResult {
  const cut = cutCharacters(text, MAX_FIELD_TEXT);
  if (cut === text) return { ok: true, value: { text } };
  return {
    ok: true,
    value: { text: cut },
    warning: `The text for the deal field "${name}" was cut to ${MAX_FIELD_TEXT} characters.`,
  };
}

function numberValue(definition: FieldDefinition, text: string): FieldValueResult {
  const number = Number(text);
  if (Number.isFinite(number)) return { ok: true, value: { number } };
  return invalid(definition, `holds a number, but "${text}" is not a number`);
}

function dateValue(
  definition: FieldDefinition,
  text: string,
  timezone: string,
  stored: (at: number) => number,
): FieldValueResult {
  const date = readDate(text, timezone);
  if (date !== null) {
    const isDay = DAYS.has(definition.type) && date.kind === 'day';
    return { ok: true, value: { at: stored(isDay ? date.utcMidnight : date.at) } };
  }
  return invalid(definition, `holds a date, but "${text}" is not a date: write 2026-01-31 or unix seconds`);
}

function checkboxValue(definition: FieldDefinition, text: string): FieldValueResult {
  const word = text.toLowerCase();
  if (YES.has(word)) return { ok: true, value: { checked: true } };
  if (NO.has(word)) return { ok: true, value: { checked: false } };
  return invalid(definition, `is a checkbox, and "${text}" is neither yes nor no`);
}

/** A text that equals an option is not split, even if it contains a comma. */
function splitChoices(definition: FieldDefinition, text: string): string[] {
  if (optionOf(definition, text) !== null) return [text];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function choiceValue(definition: FieldDefinition, texts: string[], multiple: boolean): FieldValueResult {
  const choices = texts.map((text) => ({ text, id: optionOf(definition, text) }));
  const missing = choices.filter(({ id }) => id === null).map(({ text }) => `"${text}"`);
  if (missing.length > 0) {
    const options = (definition.options ?? []).map((option) => `"${option.value}"`).join(', ');
    const exist = options === '' ? 'It has no options' : `Its options are ${options}`;
    return invalid(definition, `has no option ${missing.join(', ')}. ${exist}`, 'option_missing');
  }
  const enumIds = [...new Set(choices.map(({ id }) => id!))];
  return { ok: true, value: multiple ? { enumIds } : { enumId: enumIds[0]! } };
}

function optionOf(definition: FieldDefinition, text: string): number | null {
  const options = definition.options ?? [];
  const exact = options.find((option) => option.value === text);
  const folded = text.trim().toLowerCase();
  return (exact ?? options.find((option) => option.value.trim().toLowerCase() === folded))?.id ?? null;
}

/** The `values` of a custom field on the wire. */
export function wireValues(input: FieldInput): Record<string, unknown>[] | null {
  if ('clear' in input) return null;
  if ('enumIds' in input) return input.enumIds.map((enum_id) => ({ enum_id }));
  if ('enumId' in input) return [{ enum_id: input.enumId }];
  if ('text' in input) return [{ value: input.text }];
  if ('number' in input) return [{ value: input.number }];
  if ('checked' in input) return [{ value: input.checked }];
  return [{ value: input.at }];
}
