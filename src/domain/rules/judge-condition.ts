import { oneLine } from '../../lib/one-line.ts';
import { startOfDay } from '../../lib/time-zone.ts';
import { isCalendarDay } from '../calendar-day.ts';
import type { Json } from '../entities.ts';
import { anyOf, type Condition, type Test, type ValueTest } from './condition.ts';

/** What a condition says of a deal. */
export interface Verdict {
  holds: boolean;
  /** What is true of the deal: "Plan is Basic". */
  facts: string[];
  /** What speaks against it: "Plan is Basic, and the rule is for Pro only". Empty where the condition holds. */
  problems: string[];
}

/**
 * Judges a condition. Total: a value that is missing or of another type fails the test, or is its number or text where it looks
 * like one. Capital letters and spaces around a text do not matter; a list passes where one of its items does.
 * @param valueAt the value of a path, null where there is none
 * @param zone of the account, for days
 */
export function judge(condition: Condition, valueAt: (path: string) => Json, zone: string): Verdict {
  if (condition.kind === 'value') return judgeValue(condition, valueAt(condition.path), zone);
  const parts = [condition.of].flat().map((part) => judge(part, valueAt, zone));
  const facts = parts.flatMap((part) => part.facts);
  const failed = parts.flatMap((part) => part.problems);
  switch (condition.kind) {
    case 'all':
      return { holds: parts.every(({ holds }) => holds), facts, problems: failed };
    case 'any': {
      const holds = parts.some((part) => part.holds);
      const problem =
        failed.length > 1 ? `nothing of this is true of the deal: ${failed.join('; ')}` : failed[0];
      return {
        holds,
        facts,
        problems: holds ? [] : [problem ?? 'the rule has no condition that could hold'],
      };
    }
    case 'not': {
      const holds = parts.every((part) => !part.holds);
      return {
        holds,
        facts,
        problems: holds ? [] : [`${facts.join(' and ')}, and the rule leaves such deals out`],
      };
    }
  }
}

function judgeValue({ label, test }: ValueTest, value: Json, zone: string): Verdict {
  const items = itemsOf(value);
  const fact = items.length === 0 ? `${label} is empty` : `${label} is ${shown(items)}`;
  const holds = passes(test, items, Array.isArray(value), zone);
  return { holds, facts: [fact], problems: holds ? [] : [`${fact}, and the rule is for ${wantedBy(test)}`] };
}

function wantedBy(test: Test): string {
  switch (test.kind) {
    case 'one_of':
      return `${anyOf(test.wanted)} only`;
    case 'contains':
      return `deals that have ${test.wanted} there`;
    case 'at_least':
      return `${test.wanted} or more`;
    case 'at_most':
      return `${test.wanted} or less`;
    case 'empty':
      return test.wanted ? 'deals without it' : 'deals that have it';
  }
}

type Scalar = string | number | boolean;

/** The filled values: of a list its items, of an address its parts. */
function itemsOf(value: Json): Scalar[] {
  if (value === null) return [];
  if (typeof value === 'object') return Object.values(value).flatMap(itemsOf);
  return typeof value === 'string' && value.trim() === '' ? [] : [value];
}

const SHOWN_ITEMS = 3;
const SHOWN_CHARACTERS = 60;

function shown(items: Scalar[]): string {
  const texts = items
    .slice(0, SHOWN_ITEMS)
    .map((item) =>
      oneLine(typeof item === 'boolean' ? (item ? 'yes' : 'no') : String(item), SHOWN_CHARACTERS),
    );
  return [...texts, ...(items.length > SHOWN_ITEMS ? ['…'] : [])].join(', ');
}

function passes(test: Test, items: Scalar[], isList: boolean, zone: string): boolean {
  switch (test.kind) {
    case 'empty':
      return (items.length === 0) === test.wanted;
    case 'one_of':
      // Kommo leaves out a checkbox that is not ticked.
      if (items.length === 0) return test.wanted.includes('false');
      return items.some((item) => test.wanted.some((wanted) => isEqual(item, wanted, zone)));
    case 'contains': {
      const wanted = folded(test.wanted);
      return items
        .map((item) => folded(String(item)))
        .some((item) => (isList ? item === wanted : item.includes(wanted)));
    }
    case 'at_least':
      return items.some((item) => isWithin(item, test.wanted, zone, (value, { from }) => value >= from));
    case 'at_most':
      return items.some((item) => isWithin(item, test.wanted, zone, (value, { to }) => value <= to));
  }
}

const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0'];

function isEqual(item: Scalar, wanted: string, zone: string): boolean {
  if (typeof item === 'boolean') return (item ? YES : NO).includes(folded(wanted));
  if (folded(String(item)) === folded(wanted)) return true;
  return isWithin(item, wanted, zone, (value, { from, to }) => from <= value && value <= to);
}

/** The limits of a number, or of the day that a text names: unix seconds, as the value of the field has it. */
interface Range {
  from: number;
  to: number;
}

function isWithin(
  item: Scalar,
  wanted: string,
  zone: string,
  compare: (value: number, range: Range) => boolean,
): boolean {
  if (typeof item === 'boolean') return false;
  const value = typeof item === 'number' ? item : (numberIn(item) ?? dayIn(item));
  if (value === null) return false;
  const number = numberIn(wanted);
  if (number !== null) return compare(value, { from: number, to: number });
  const day = dayIn(wanted);
  if (day === null) return false;
  // A day without a time is midnight in UTC; a moment belongs to the day that it is in the account's zone.
  if (isCalendarDay(value)) return compare(value, { from: day, to: day });
  const next = (day + 86_400) * 1000;
  return compare(value, { from: startOfDay(day * 1000, zone) / 1000, to: startOfDay(next, zone) / 1000 - 1 });
}

function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Midnight in UTC of a text such as `2026-01-31`, unix seconds; null for any other text. */
export function dayIn(text: string): number | null {
  const day = /^\s*(\d{4}-\d{2}-\d{2})(?:[T ]|\s*$)/.exec(text)?.[1];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : at / 1000;
}

/**
 * The number that a text holds: `1200`, `1 200,50`, `1.200.000`, `1,200.50 €`. One comma before exactly three digits separates
 * thousands, one dot decimals. Null for any other text.
 */
export function numberIn(text: string): number | null {
  const digits = text.normalize('NFKC').replace(/[\s'’$€£¥₽%]/g, '');
  if (!/^[-+]?\d[\d.,]*$/.test(digits)) return null;
  const number = Number(withPoint(digits));
  return Number.isFinite(number) ? number : null;
}

function withPoint(digits: string): string {
  const [comma, dot] = [digits.lastIndexOf(','), digits.lastIndexOf('.')];
  if (comma >= 0 && dot >= 0)
    return comma > dot ? digits.replaceAll('.', '').replace(',', '.') : digits.replaceAll(',', '');
  if (comma >= 0)
    return /^[-+]?\d{1,3}(?:,\d{3})+$/.test(digits) ? digits.replaceAll(',', '') : digits.replace(',', '.');
  return /^[-+]?\d{1,3}(?:\.\d{3}){2,}$/.test(digits) ? digits.replaceAll('.', '') : digits;
}
