import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import {
  type ConditionNode,
  type ConditionTree,
  groupOfTree,
  MODES,
  TESTS,
  treeOfGroup,
} from './condition-tree.ts';

const plan = { value: 'deal.field.Plan', equals: 'Pro' };
const price = { value: 'deal.price', at_least: '1000' };
const oneOf = { value: 'deal.field.Plan', one_of: ['Pro', 'Team'] };

test.each([
  [undefined],
  [plan],
  [oneOf],
  [[plan, price]],
  [{ any: [plan, price] }],
  [{ any: [plan] }],
  [{ not: plan }],
  [{ not: { any: [plan, price] } }],
  [{ not: { all: [plan, price] } }],
  [[plan, { any: [price, { not: oneOf }, { all: [plan, price] }] }]],
  [[{ any: [plan, price] }]],
  [{ not: { not: plan } }],
])('%j is the same after the form', (tree) => {
  expect(treeOfGroup(groupOfTree(tree as ConditionTree)!)).toEqual(tree);
});

it('several tests of one value are a row each, or a group where not all must hold', () => {
  const range = { value: 'deal.price', at_least: '1', at_most: '5' };
  const rows = [
    { test: 'at_least', wanted: '1' },
    { test: 'at_most', wanted: '5' },
  ];
  expect(groupOfTree({ all: [range] })).toMatchObject({ mode: 'all', items: rows });
  expect(groupOfTree({ any: [range, plan] })).toMatchObject({
    mode: 'any',
    items: [{ mode: 'all', items: rows }, { value: 'deal.field.Plan' }],
  });
});

it('each test knows its place, so that its mistakes are shown at it', () => {
  const group = groupOfTree([plan, { any: [price, { not: plan }] }])!;
  const placesOf = (node: ConditionNode): unknown[] =>
    node.kind === 'test' ? [node.at] : node.items.flatMap(placesOf);
  expect(placesOf(group)).toEqual([[0], [1, 'any', 0], [1, 'any', 1, 'not']]);
});

test.each([
  ['text'],
  [{ value: 'deal.price' }],
  [{ any: plan }],
  [{ any: [plan], all: [price] }],
  [[plan, { not: 'x' }]],
])('%j is left to the text', (tree) => {
  expect(groupOfTree(tree as never)).toBeNull();
});

it('any groups of tests come back from the draft as they were written', () => {
  const leaf = fc.record({
    kind: fc.constant('test' as const),
    at: fc.constant([]),
    value: fc.constantFrom('deal.price', 'deal.field.Plan'),
    test: fc.constantFrom(...TESTS.filter((name) => name !== 'one_of')),
    wanted: fc.constantFrom('Pro', 'yes', '1000'),
  });
  const { group } = fc.letrec<{ node: ConditionNode; group: ConditionNode }>((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, leaf, tie('group')),
    group: fc.record({
      kind: fc.constant('group' as const),
      at: fc.constant([]),
      mode: fc.constantFrom(...MODES),
      items: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    }),
  }));
  fc.assert(
    fc.property(group, (root) => {
      if (root.kind === 'test') return;
      const tree = treeOfGroup(root);
      expect(treeOfGroup(groupOfTree(tree)!)).toEqual(tree);
    }),
  );
});
