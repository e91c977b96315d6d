import type { FormMap, FormValue } from './form.ts';
import type { ReportedTimes } from './reports.ts';

/** Readers for the fields of an item. Everything in a form is text. */

/** When a deal or a contact changed. */
export function changeTimes(item: FormMap): ReportedTimes {
  return timesOf(item, 'last_modified', 'updated_at');
}

/** The date of creation comes last: booking systems write the day of the appointment, years ago or ahead. */
export function creationTimes(item: FormMap): ReportedTimes {
  return timesOf(item, 'last_modified', 'updated_at', 'created_at', 'date_create');
}

/** The times in these fields, the first one first: official examples contain broken ones ("17265663a90"). */
function timesOf(item: FormMap, ...names: string[]): ReportedTimes {
  const times = names.map((name) => wholeNumber(item.get(name))).filter(isTime);
  const [at = null, ...others] = [...new Set(times)];
  return others.length === 0 ? { at } : { at, otherTimes: others };
}

/** From 1973 to 5138: anything else is no unix time in seconds. */
function isTime(number: number | null): number is number {
  return number !== null && number >= 1e8 && number < 1e11;
}

/** The user in this field; 0 is an integration. */
export function userOf(item: FormMap, name: string): { by?: number } {
  const by = wholeNumber(item.get(name));
  return by === null ? {} : { by };
}

/** A positive whole number; null for anything else. */
export function idOf(item: FormMap, name: string): number | null {
  const id = wholeNumber(item.get(name));
  return id !== null && id > 0 ? id : null;
}

/** A whole number, also as text. */
export function wholeNumber(value: FormValue | undefined): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim();
  if (!/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}
