import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../entities.ts';
import type { Condition, Test } from './condition.ts';
import { judge, numberIn } from './judge-condition.ts';

const ZONE = 'Europe/Madrid';
const leaf = (path: string, one: Test): Condition => ({ kind: 'value', path, label: path, test: one });
const equals = (...wanted: string[]): Test => ({ kind: 'one_of', wanted });

function holds(value: Json, one: Test): boolean {
  return judge(leaf('x', one), () => value, ZONE).holds;
}

/** 31 January 2026, 23:30 in Madrid: 22:30 UTC. */
const EVENING = Date.UTC(2026, 0, 31, 22, 30) / 1000;
const DAY = Date.UTC(2026, 0, 31) / 1000;

describe('a value', () => {
  test.each<[Json, Test, boolean]>([
    ['Pro', equals('pro'), true],
    [' pro  plan ', equals('Pro plan'), true],
    ['Basic', equals('Pro', 'Business'), false],
    ['Business', equals('Pro', 'Business'), true],
    [['Basic', 'Pro'], equals('Pro'), true],
    [null, equals('Pro'), false],
    ['', equals('Pro'), false],
    [1200, equals('1 200'), true],
    ['1.200,00 €', equals('1200'), true],
    [true, equals('yes'), true],
    [false, equals('yes'), false],
    [null, equals('false'), true],
    [EVENING, equals('2026-01-31'), true],
    [EVENING + 1_800, equals('2026-01-31'), false],
    [DAY, equals('2026-01-31'), true],
    [{ city: 'Porto', country: 'PT' }, equals('porto'), true],
    [['vip', 'demo'], { kind: 'contains', wanted: 'VIP' }, true],
    [['vip-2'], { kind: 'contains', wanted: 'vip' }, false],
    ['Acme, Pro plan', { kind: 'contains', wanted: 'pro' }, true],
    [[], { kind: 'contains', wanted: 'vip' }, false],
    [1000, { kind: 'at_least', wanted: '1000' }, true],
    [999, { kind: 'at_least', wanted: '1000' }, false],
    ['1 500,50', { kind: 'at_least', wanted: '1500.5' }, true],
    ['many', { kind: 'at_least', wanted: '1' }, false],
    [null, { kind: 'at_most', wanted: '1' }, false],
    [true, { kind: 'at_least', wanted: '1' }, false],
    [DAY, { kind: 'at_least', wanted: '2026-01-31' }, true],
    [DAY, { kind: 'at_least', wanted: '2026-02-01' }, false],
    [EVENING, { kind: 'at_most', wanted: '2026-01-31' }, true],
    [EVENING + 1_800, { kind: 'at_most', wanted: '2026-01-31' }, false],
    ['2026-02-01', { kind: 'at_least', wanted: '2026-01-31' }, true],
    [null, { kind: 'empty', wanted: true }, true],
    ['  ', { kind: 'empty', wanted: true }, true],
    [[''], { kind: 'empty', wanted: true }, true],
    [0, { kind: 'empty', wanted: true }, false],
    [false, { kind: 'empty', wanted: false }, true],
  ])('%j with %j: %s', (value, one, expected) => {
    expect(holds(value, one)).toBe(expected);
  });
});

test.each<[string, number | null]>([
  ['1,200', 1200],
  ['1,5', 1.5],
  ['1.200', 1.2],
  ['1.200.000', 1_200_000],
  ['1,200.50 €', 1200.5],
  ["1'000", 1000],
  ['-3', -3],
  ['2026-01-31', null],
  ['12 boxes', null],
  ['', null],
])('the number in %j is %s', (text, expected) => {
  expect(numberIn(text)).toBe(expected);
});

describe('sentences', () => {
  const deal: Record<string, Json> = { Plan: 'Basic', price: 500, tags: ['demo', 'trial'] };
  const judged = (condition: Condition) => judge(condition, (path) => deal[path] ?? null, ZONE);
  const plan = leaf('Plan', equals('Pro'));
  const price = leaf('price', { kind: 'at_least', wanted: '1000' });

  test.each<[Condition, string]>([
    [plan, 'Plan is Basic, and the rule is for Pro only'],
    [leaf('Plan', equals('Pro', 'Team', 'Max')), 'Plan is Basic, and the rule is for Pro, Team or Max only'],
    [price, 'price is 500, and the rule is for 1000 or more'],
    [leaf('price', { kind: 'at_most', wanted: '100' }), 'price is 500, and the rule is for 100 or less'],
    [
      leaf('tags', { kind: 'contains', wanted: 'vip' }),
      'tags is demo, trial, and the rule is for deals that have vip there',
    ],
    [
      leaf('owner', { kind: 'empty', wanted: false }),
      'owner is empty, and the rule is for deals that have it',
    ],
    [leaf('Plan', { kind: 'empty', wanted: true }), 'Plan is Basic, and the rule is for deals without it'],
    [{ kind: 'not', of: leaf('Plan', equals('Basic')) }, 'Plan is Basic, and the rule leaves such deals out'],
    [
      { kind: 'any', of: [plan, price] },
      'nothing of this is true of the deal: Plan is Basic, and the rule is for Pro only; price is 500, and the rule is for 1000 or more',
    ],
  ])('%#: %s', (condition, expected) => {
    expect(judged(condition)).toMatchObject({ holds: false, problems: [expected] });
  });

  it('name each condition of a list that does not hold', () => {
    const { problems } = judged({ kind: 'all', of: [plan, leaf('price', equals('500')), price] });
    expect(problems).toHaveLength(2);
  });
});

describe('whatever the values', () => {
  const tests: fc.Arbitrary<Test> = fc.oneof(
    fc.record({ kind: fc.constant('one_of' as const), wanted: fc.array(fc.string(), { minLength: 1 }) }),
    fc.record({
      kind: fc.constantFrom('contains' as const, 'at_least' as const, 'at_most' as const),
      wanted: fc.string(),
    }),
    fc.record({ kind: fc.constant('empty' as const), wanted: fc.boolean() }),
  );
  const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      tests.map((one) => leaf('x', one)),
      fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
    ),
  }));

  it('a condition holds or says why not, and its negation is the opposite', () => {
    fc.assert(
      fc.property(tree, fc.jsonValue(), (condition, value) => {
        const verdict = judge(condition, () => value as Json, ZONE);
        expect(verdict.problems.length > 0).toBe(!verdict.holds);
        expect(judge({ kind: 'not', of: condition }, () => value as Json, ZONE).holds).toBe(!verdict.holds);
      }),
    );
  });
});
