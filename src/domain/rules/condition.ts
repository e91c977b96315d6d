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
  /** As sentences call the value: `Plan`. */
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
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
      return condition.of.map(describeCondition).join(', and ');
    case 'any':
      return `one of these: ${condition.of.map(describeCondition).join('; ')}`;
    case 'not':
      return `not: ${describeCondition(condition.of)}`;
    case 'value':
      return `${condition.label} ${describeTest(condition.test)}`;
  }
}

function describeTest(test: Test): string {
  switch (test.kind) {
    case 'one_of':
      return `is ${anyOf(test.wanted)}`;
    case 'contains':
      return `contains ${test.wanted}`;
    case 'at_least':
      return `is at least ${test.wanted}`;
    case 'at_most':
      return `is at most ${test.wanted}`;
    case 'empty':
      return test.wanted ? 'is empty' : 'is not empty';
  }
}

/** "Pro, Business or Team" */
export function anyOf(names: readonly string[]): string {
  const [last, ...others] = names.toReversed();
  return others.length === 0 ? (last ?? '') : `${others.reverse().join(', ')} or ${last}`;
}
