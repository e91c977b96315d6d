import { type Condition, mapTests, type ValueTest } from '../../domain/rules/condition.ts';
import { parsePath } from '../../domain/rules/paths.ts';
import { labelOf, type PlacedTest } from '../conditions.ts';
import { findNamed, optionsOf } from '../names.ts';
import { type KeyPath, listOf } from '../problems.ts';
import { type Resolution, warn } from './resolution.ts';
import { fieldsOf, resolveSource } from './values.ts';

/** Paths get the ids of their fields, and sentences the names of these. */
export function resolveCondition(
  condition: Condition<PlacedTest>,
  path: KeyPath,
  resolution: Resolution,
): Condition {
  return mapTests(condition, ({ place, ...test }) => resolveTest(test, [...path, ...place], resolution));
}

function resolveTest(test: ValueTest, path: KeyPath, resolution: Resolution): ValueTest {
  const resolved = { ...test, path: String(resolveSource(test.path, [...path, 'value'], resolution)) };
  const parsed = parsePath(test.path);
  if ('problem' in parsed || parsed.kind !== 'field') return resolved;
  const field = findNamed(parsed.field, fieldsOf(parsed.of, resolution.catalog), 'field');
  if (!('found' in field)) return resolved;
  checkOptions(test, path, field.found, resolution);
  return { ...resolved, label: labelOf({ ...parsed, field: field.found.name }) };
}

/** A list field never has a text that is none of its options. */
function checkOptions(
  { test }: ValueTest,
  path: KeyPath,
  field: Parameters<typeof optionsOf>[0],
  resolution: Resolution,
): void {
  const options = optionsOf(field);
  if (test.kind !== 'one_of' || !options) return;
  const folded = (text: string) => text.trim().toLowerCase();
  const known = new Set(options.map(folded));
  const wrong = test.wanted.find((wanted) => !known.has(folded(wanted)));
  if (wrong === undefined) return;
  const has = options.length > 0 ? `It has ${listOf(options)}.` : 'It has no options yet.';
  warn(resolution, path, `the list field "${field.name}" has no option "${wrong}"`, has);
}
