import { type FilterImplOptions, filters as liquidFilters } from 'liquidjs';
import { e164 } from '../../../lib/e164.ts';
import { BudgetExceeded, type RenderBudget } from './budget.ts';
import { accountOf, budgetOf } from './context.ts';
import { inZoneOf } from './date-zone.ts';
import { searchWork } from './search-work.ts';

/** These do the same small work for a value of any size, and give a part of it at most. */
const CONSTANT_TIME = new Set(['size', 'first', 'last', 'default', 'raw']);
const SORTS = new Set(['sort', 'sort_natural', 'sample']);
/** These search the value for their first argument. */
const SEARCHES = new Set([
  ...['split', 'remove', 'remove_first', 'remove_last'],
  ...['replace', 'replace_first', 'replace_last'],
]);
/** These add their argument to the list as it is. The others convert it to the name of a property again for each entry. */
const ADDS = new Set(['concat', 'push', 'unshift']);
/** What a filter costs at least. */
const CALL_WORK = 20;
/** A filter on a list evaluates its arguments in a context of its own for each entry. */
const ENTRY_WORK = 40;
/** Work for a character of an argument, for each entry of the list: `where` reads it as a path, `where_exp` as Liquid. */
const ARGUMENT_CHARACTER_WORK = 4;
/** A date takes an `Intl` object, and so does each name of a month or day in its format. */
const DATE_WORK = 2_000;

/** Reading a phone number compares it with the patterns of a country. */
const PHONE_WORK = 2_000;

/** `{{ contact.field.Mobile | e164 }}`: the phone number in E.164, or the text as it is where it holds none. */
export const e164Filter: FilterImplOptions = function (value) {
  budgetOf(this.context).charge(PHONE_WORK);
  const text = Array.isArray(value) ? String(value[0] ?? '') : String(value ?? '');
  return e164(text, accountOf(this.context).country) ?? value;
};

/** The filters of Liquid, with the budget charged for the size of what goes in and comes out. */
export function budgetedFilters(): Record<string, FilterImplOptions> {
  const all = Object.entries(liquidFilters as Record<string, FilterImplOptions>);
  return Object.fromEntries(all.map(([name, filter]) => [name, budgeted(name, filter)]));
}

function budgeted(name: string, filter: FilterImplOptions): FilterImplOptions {
  if (CONSTANT_TIME.has(name)) return filter;
  const call = typeof filter === 'function' ? filter : filter.handler;
  return function* (value, ...args): Generator<unknown, unknown> {
    const budget = budgetOf(this.context);
    budget.charge(workOf(name, value, args, budget));
    const self = name.startsWith('date') ? inZoneOf(this, value) : this;
    const result: unknown = yield call.call(self, value, ...ownArguments(name, value, args));
    budget.charge(budget.measure(result));
    return result;
  };
}

function workOf(name: string, value: unknown, args: unknown[], budget: RenderBudget): number {
  const size = budget.measure(value);
  const entries = entriesOf(value);
  let work = CALL_WORK + size;
  for (const arg of args) {
    const argSize = budget.measure(arg);
    work += argSize;
    const isForEachEntry = typeof arg === 'string' || (typeof arg === 'object' && !ADDS.has(name));
    if (isForEachEntry) work += entries * argSize * ARGUMENT_CHARACTER_WORK;
  }
  if (SEARCHES.has(name)) work += searchWork(size, budget.measure(args[0]));
  if (args.length > 0 && typeof value === 'object') work += entries * ENTRY_WORK;
  if (SORTS.has(name)) work += (size * Math.log2(size + 2)) / 4;
  if (name.startsWith('date')) work += DATE_WORK * (1 + conversionsIn(args[0]));
  return work;
}

/** How often a filter may evaluate its arguments. */
function entriesOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
}

/** The conversions (`%B`) of a date's format; those of Liquid's own format where there is none. */
function conversionsIn(format: unknown): number {
  return typeof format === 'string' ? format.split('%').length - 1 : 10;
}

/** `slice: 0, 1000000` means "up to the end", but Liquid would count a million characters for it. */
function ownArguments(name: string, value: unknown, args: unknown[]): unknown[] {
  const [begin, length] = args;
  if (name !== 'slice' || typeof length !== 'number') return args;
  const longest = typeof value === 'string' || Array.isArray(value) ? value.length : 64;
  return [begin, Math.min(length, longest)];
}

/** The largest bound of a range. Liquid counts up by 1, which changes nothing any more from 2^53 on: it never ends. */
const LARGEST_BOUND = 1e12;

/** Applied to both bounds of every range. Its name has a space, so that no text can use it. */
export const RANGE_BOUND = 'bound of a range';

export function boundOfRange(bound: unknown): number {
  const number = typeof bound === 'object' ? Number.NaN : Number(bound ?? 0);
  if (Math.abs(number) > LARGEST_BOUND)
    throw new BudgetExceeded(`a range in it goes beyond ${LARGEST_BOUND}`);
  return number;
}
