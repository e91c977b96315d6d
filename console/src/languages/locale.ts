import { locale } from './language.ts';

/*
 * Numbers, lists and times as readers of this page's locale write them. Made once: a formatter is expensive to make.
 */

const NUMBER = new Intl.NumberFormat(locale);
const DECIMAL = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(locale, { style: 'percent' });
const AND = new Intl.ListFormat(locale);
const EXACT = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MOMENT = new Intl.DateTimeFormat(locale, {
  ...{ weekday: 'short', day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit' },
});

/** `12,345` */
export function number(count: number): string {
  return NUMBER.format(count);
}

/** `1 note`, `3 notes` */
export function counted(count: number, { one, many }: { one: string; many: string }): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** With one decimal: `1.2` */
export function decimal(value: number): string {
  return DECIMAL.format(value);
}

/** `94%`. @param share 0 to 1 */
export function percent(share: number): string {
  return PERCENT.format(share);
}

/** `Ann, Ben, and Cleo` */
export function list(items: Iterable<string>): string {
  return AND.format(items);
}

/** The date and the time to the second, in the reader's time zone. @param at ms since 1970 */
export function dateAndTime(at: number): string {
  return EXACT.format(at);
}

/** `Dec 5, 2026`, in the reader's time zone. @param at ms since 1970 */
export function day(at: number): string {
  return DAY.format(at);
}

/** The time of day to the second. @param at ms since 1970 */
export function clockTime(at: number): string {
  return CLOCK.format(at);
}

/** `Sat, Dec 5, 08:39 PM`. @param at ms since 1970 */
export function moment(at: number): string {
  return MOMENT.format(at);
}
