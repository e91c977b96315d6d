import { expect, it, test } from 'vitest';
import { conditionRows, conditionTree } from './condition-rows.ts';

const plan = { value: 'deal.field.Plan', equals: 'Pro' };
const price = { value: 'deal.price', at_least: '1000' };
const oneOf = { value: 'deal.field.Plan', one_of: ['Pro', 'Team'] };

test.each([[undefined], [plan], [oneOf], [[plan, price]]])('%j is the same after the form', (tree) => {
  expect(conditionTree(conditionRows(tree)!)).toEqual(tree);
});

it('several tests of one value are a row each', () => {
  const range = { value: 'deal.price', at_least: '1', at_most: '5' };
  expect(conditionRows({ all: [range] })).toEqual([
    { value: 'deal.price', test: 'at_least', wanted: '1' },
    { value: 'deal.price', test: 'at_most', wanted: '5' },
  ]);
});

test.each([
  [{ any: [plan, price] }],
  [{ not: plan }],
  [[plan, { not: price }]],
  ['text'],
  [{ value: 'deal.price' }],
])('%j is left to the text', (tree) => {
  expect(conditionRows(tree as never)).toBeNull();
});
