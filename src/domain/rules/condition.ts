import { en, type Sentences } from '../../languages/en.ts';

/*
 * Conditions of stage rules (`if`): what must be true of the deal for its event to be sent. They are judged on the deal as
 * Kommo shows it when the move is planned.
 */

/** A condition. `Leaf` is the kind of its single tests. */
export type Condition<Leaf = ValueTest> =
  | { kind: 'all' | 'any'; of: Condition<Leaf>[] }
  | { kind: 'not'; of: Condition<Leaf> }
  | Leaf;

/** A test of one value. */
export interface ValueTest {
  kind: 'value';
  /** A value path: `deal.field.700100`. */
  path: string;
  /** As English sentences call the value: `Plan`, `contact’s Plan`. */
  label: string;
  test: Test;
}

/**
 * - `one_of`: one of the deal's values is one of these texts, numbers or days
 * - `contains`: this text is in the value, or is an item of a list such as the tags
 * - `at_least`, `at_most`: the value is a number or a moment, and `wanted` a number or a day (`2026-01-31`)
 * - `empty`: whether there is no value
 */
export type Test =
  | { kind: 'one_of'; wanted: string[] }
  | { kind: 'contains'; wanted: string }
  | { kind: 'at_least' | 'at_most'; wanted: string }
  | { kind: 'empty'; wanted: boolean };

/** The condition with other tests. */
export function mapTests<From extends { kind: 'value' }, To>(
  condition: Condition<From>,
  map: (test: From) => To,
): Condition<To> {
  if (condition.kind === 'value') return map(condition);
  if (condition.kind === 'not') return { kind: 'not', of: mapTests(condition.of, map) };
  return { kind: condition.kind, of: condition.of.map((part) => mapTests(part, map)) };
}

/** The value paths of all tests. */
export function pathsOf(condition: Condition | null): string[] {
  if (condition === null) return [];
  if (condition.kind === 'value') return [condition.path];
  return [condition.of].flat().flatMap(pathsOf);
}

/** As a person reads it: "Plan is Pro or Business, and price is at least 1000". */
export function describeCondition(condition: Condition, words: Sentences = en): string {
  const { conditions } = words.rules;
  const describe = (part: Condition) => describeCondition(part, words);
  switch (condition.kind) {
    case 'all':
      return condition.of.map(describe).join(conditions.and);
    case 'any':
      return conditions.any(condition.of.map(describe).join('; '));
    case 'not':
      return conditions.not(describe(condition.of));
    case 'value':
      return describeTest(labelIn(condition, words), condition.test, words);
  }
}

/** As sentences of a language call the value. */
function labelIn({ path, label }: ValueTest, { rules }: Sentences): string {
  if (Object.hasOwn(rules.values, path)) return rules.values[path as keyof typeof rules.values];
  if (path.startsWith('contact.')) return rules.contactField(label.slice(en.rules.contactField('').length));
  if (path.startsWith('company.')) return rules.companyField(label.slice(en.rules.companyField('').length));
  return label;
}

function describeTest(value: string, test: Test, words: Sentences): string {
  const { conditions } = words.rules;
  switch (test.kind) {
    case 'one_of':
      return conditions.is(value, anyOf(test.wanted, words));
    case 'contains':
      return conditions.contains(value, test.wanted);
    case 'at_least':
      return conditions.atLeast(value, test.wanted);
    case 'at_most':
      return conditions.atMost(value, test.wanted);
    case 'empty':
      return test.wanted ? conditions.empty(value) : conditions.filled(value);
  }
}

/** "Pro, Business or Team" */
export function anyOf(names: readonly string[], words: Sentences = en): string {
  const [last = '', ...others] = names.toReversed();
  return others.length === 0 ? last : words.rules.conditions.or(others.reverse().join(', '), last);
}
