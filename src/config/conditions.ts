import { z } from 'zod';
import type { Condition, Test, ValueTest } from '../domain/rules/condition.ts';
import { dayIn, numberIn } from '../domain/rules/judge-condition.ts';
import { formatPath, type Path, parsePath } from '../domain/rules/paths.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { en } from '../languages/en.ts';
import { nearest } from '../lib/nearest.ts';
import type { Hint, KeyPath } from './problems.ts';

/** A test with its place below `if`. */
export interface PlacedTest extends ValueTest {
  place: KeyPath;
}

const TESTS = ['equals', 'one_of', 'contains', 'at_least', 'at_most', 'empty'] as const;
const GROUPS = ['all', 'any', 'not'] as const;
const KEYS: readonly string[] = [...GROUPS, 'value', ...TESTS];
const EXAMPLE = 'Write { value: deal.field.Plan, equals: Pro }.';

type Refuse = (place: KeyPath, message: string, hint?: Hint) => void;

/** The key `if`, which may be missing. */
export function condition(about: string) {
  return z
    .unknown()
    .transform((raw, context): Condition<PlacedTest> | null =>
      readCondition(raw, [], (path, message, hint) => {
        context.addIssue({ code: 'custom', message, path: [...path], ...(hint ? { params: { hint } } : {}) });
      }),
    )
    .optional()
    .meta({ description: about, label: 'a condition, or a list', default: 'none' });
}

/** Null where something is wrong. */
function readCondition(raw: unknown, place: KeyPath, refuse: Refuse): Condition<PlacedTest> | null {
  if (Array.isArray(raw)) return readGroup('all', raw, place, refuse);
  if (typeof raw !== 'object' || raw === null) {
    refuse(place, raw === null || raw === '' ? 'is empty' : 'must be a condition', EXAMPLE);
    return null;
  }
  const entries = raw as Record<string, unknown>;
  const unknown = Object.keys(entries).filter((key) => !KEYS.includes(key));
  for (const key of unknown) {
    const near = nearest(key, KEYS);
    refuse(
      [...place, key],
      `unknown key "${key}"`,
      near ? `Did you mean "${near}"?` : `Known keys: ${KEYS.join(', ')}.`,
    );
  }
  const group = GROUPS.find((key) => key in entries);
  if (group === undefined) return readTests(entries, place, refuse, unknown.length > 0);
  if (Object.keys(entries).length > 1 && unknown.length === 0)
    refuse(place, `"${group}" stands with other keys`, 'Make each of them an item of a list.');
  const inner = [...place, group];
  if (group !== 'not') return readGroup(group, entries[group], inner, refuse);
  const of = readCondition(entries.not, inner, refuse);
  return of && { kind: 'not', of };
}

function readGroup(
  kind: 'all' | 'any',
  raw: unknown,
  place: KeyPath,
  refuse: Refuse,
): Condition<PlacedTest> | null {
  if (!Array.isArray(raw) || raw.length === 0) {
    refuse(place, Array.isArray(raw) ? 'is empty' : 'must be a list of conditions', EXAMPLE);
    return null;
  }
  const of = raw.map((item, index) => readCondition(item, [...place, index], refuse));
  const read = of.filter((part) => part !== null);
  return read.length < of.length ? null : { kind, of: read };
}

/**
 * Several tests of one value must all hold: `at_least` with `at_most`.
 * @param hasUnknown whether one of the keys is most likely the missing test
 */
function readTests(
  entries: Record<string, unknown>,
  place: KeyPath,
  refuse: Refuse,
  hasUnknown: boolean,
): Condition<PlacedTest> | null {
  const path = readPath(entries.value, [...place, 'value'], refuse);
  const kinds = TESTS.filter((kind) => kind in entries);
  if (kinds.length === 0) {
    const hint = `Add one of ${TESTS.join(', ')}.`;
    if (path !== null && !hasUnknown) refuse(place, 'says nothing about the value', hint);
    return null;
  }
  const tests = kinds.map((kind) => readTest(kind, entries[kind], [...place, kind], refuse));
  if (path === null) return null;
  const of = tests.flatMap((test) =>
    test === null ? [] : [{ kind: 'value' as const, path: path.text, label: path.label, test, place }],
  );
  if (of.length < tests.length) return null;
  return of.length === 1 ? of[0]! : { kind: 'all', of };
}

function readPath(raw: unknown, place: KeyPath, refuse: Refuse): { text: string; label: string } | null {
  const text = textOf(raw, place, refuse);
  if (text === null) return null;
  if (isTemplate(text)) {
    refuse(place, 'must be a value path, not a Liquid text', 'Write deal.field.Plan, for example.');
    return null;
  }
  const path = parsePath(text);
  if ('problem' in path) refuse(place, path.problem, path.hint);
  else if (path.kind === 'report') refuse(place, `"${text}" exists only in reactions`);
  else return { text, label: labelOf(path) };
  return null;
}

/** As English sentences call the value: `Plan`, `price`, `responsible user`, `contact’s email`. */
export function labelOf(path: Path): string {
  if (path.kind === 'report') return path.name;
  const { values, contactField, companyField } = en.rules;
  if (path.kind === 'attribute') return values[formatPath(path) as keyof typeof values];
  const part = path.part === undefined ? '' : `, ${path.part.replaceAll('_', ' ')}`;
  const field = `${path.field}${part}`;
  return { deal: field, contact: contactField(field), company: companyField(field) }[path.of];
}

function readTest(kind: (typeof TESTS)[number], raw: unknown, place: KeyPath, refuse: Refuse): Test | null {
  if (kind === 'one_of' || (kind === 'equals' && Array.isArray(raw))) {
    if (!Array.isArray(raw) || raw.length === 0) {
      refuse(place, Array.isArray(raw) ? 'is empty' : 'must be a list', 'Write [Pro, Business].');
      return null;
    }
    const wanted = raw.map((item, index) => textOf(item, [...place, index], refuse));
    const filled = wanted.filter((text) => text !== null);
    return filled.length < wanted.length ? null : { kind: 'one_of', wanted: filled };
  }
  const wanted = textOf(raw, place, refuse);
  if (wanted === null) return null;
  if (kind === 'equals') return { kind: 'one_of', wanted: [wanted] };
  if (kind === 'contains') return { kind, wanted };
  if (kind === 'empty') return readEmpty(wanted, place, refuse);
  if (numberIn(wanted) !== null || dayIn(wanted) !== null) return { kind, wanted };
  refuse(place, 'must be a number or a day', 'Write 1000, or 2026-01-31.');
  return null;
}

function readEmpty(wanted: string, place: KeyPath, refuse: Refuse): Test | null {
  if (['true', 'yes'].includes(wanted)) return { kind: 'empty', wanted: true };
  if (['false', 'no'].includes(wanted)) return { kind: 'empty', wanted: false };
  refuse(place, 'must be yes or no');
  return null;
}

function textOf(raw: unknown, place: KeyPath, refuse: Refuse): string | null {
  if (typeof raw === 'string' && raw.trim() !== '') return raw.trim();
  if (raw === undefined) refuse(place, 'is missing');
  else refuse(place, raw === null || raw === '' ? 'is empty' : 'must be a text');
  return null;
}
