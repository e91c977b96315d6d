import type { StageForm } from './form.ts';
import type { Path } from './problems.ts';

/*
 * The condition of a stage rule as the form shows it: groups of tests, of which all must hold, or one, or none. The draft has it
 * as the file does, with lists, `all`, `any` and `not`.
 */

export type ConditionTree = StageForm['if'];

export const TESTS = ['equals', 'one_of', 'contains', 'at_least', 'at_most', 'empty'] as const;
export type TestName = (typeof TESTS)[number];

/** What must be true of the items of a group. */
export const MODES = ['all', 'any', 'none', 'not_all'] as const;
export type Mode = (typeof MODES)[number];

export interface ConditionTest {
  kind: 'test';
  /** Where it is below `if`. */
  at: Path;
  /** A value path. */
  value: string;
  test: TestName;
  /** The texts of a list are separated by commas; `yes` or `no` for `empty`. */
  wanted: string;
}

export interface ConditionGroup {
  kind: 'group';
  at: Path;
  mode: Mode;
  items: ConditionNode[];
}

export type ConditionNode = ConditionTest | ConditionGroup;

/** The outermost group; null where the form cannot show the condition. */
export function groupOfTree(tree: ConditionTree): ConditionGroup | null {
  if (tree === undefined || tree === null || tree === '') return group('all', [], []);
  const node = nodeOf(tree, []);
  if (node === null) return null;
  return node.kind === 'group' ? node : group('all', [], [node]);
}

/** One test stands alone, several are a list; undefined for none. */
export function treeOfGroup({ mode, items }: ConditionGroup): ConditionTree {
  if (items.length === 0) return undefined;
  const [only] = items;
  if (mode !== 'all') return treeOf({ mode, items });
  return items.length === 1 && only!.kind === 'test' ? treeOfNode(only!) : items.map(treeOfNode);
}

/** A test that a person still has to fill in. */
export function newTest(): ConditionTest {
  return { kind: 'test', at: [], value: 'deal.', test: 'equals', wanted: '' };
}

export function newGroup(): ConditionGroup {
  return group('any', [], [newTest()]);
}

function group(mode: Mode, at: Path, items: ConditionNode[]): ConditionGroup {
  return { kind: 'group', at, mode, items };
}

type Json = Exclude<ConditionTree, undefined>;

function treeOfNode(node: ConditionNode): Json {
  if (node.kind === 'group') return treeOf(node);
  const { value, test, wanted } = node;
  return { value, [test]: test === 'one_of' ? wanted.split(',').map((text) => text.trim()) : wanted };
}

function treeOf({ mode, items }: Pick<ConditionGroup, 'mode' | 'items'>): Json {
  const of = items.map(treeOfNode);
  if (mode === 'all' || mode === 'any') return { [mode]: of };
  if (mode === 'not_all') return { not: { all: of } };
  return { not: of.length === 1 ? of[0]! : { any: of } };
}

function nodeOf(tree: unknown, at: Path): ConditionNode | null {
  if (Array.isArray(tree)) return groupOfItems('all', tree, at, at);
  if (!isMap(tree)) return null;
  if ('not' in tree) return Object.keys(tree).length === 1 ? negated(tree.not, [...at, 'not']) : null;
  const mode = (['all', 'any'] as const).find((key) => key in tree);
  if (mode === undefined) return testsOf(tree, at);
  const items = tree[mode];
  if (!Array.isArray(items) || Object.keys(tree).length > 1) return null;
  return groupOfItems(mode, items, at, [...at, mode]);
}

/** @param inside where the items are */
function groupOfItems(mode: Mode, trees: unknown[], at: Path, inside: Path): ConditionGroup | null {
  const nodes = trees.map((tree, index) => nodeOf(tree, [...inside, index]));
  const items = nodes.filter((node) => node !== null);
  if (items.length < nodes.length) return null;
  // Of several tests of one value all must hold, as of the group itself.
  const isSameList = (node: ConditionNode, index: number): node is ConditionGroup =>
    mode === 'all' &&
    node.kind === 'group' &&
    node.mode === 'all' &&
    isMap(trees[index]) &&
    'value' in trees[index];
  return group(
    mode,
    at,
    items.flatMap((node, index) => (isSameList(node, index) ? node.items : [node])),
  );
}

/** What is in a `not` may be in its group already: the not of `any` is `none`. */
function negated(tree: unknown, at: Path): ConditionGroup | null {
  const node = nodeOf(tree, at);
  if (node === null) return null;
  if (node.kind === 'test') return group('none', at, [node]);
  if (node.mode === 'any') return group('none', at, node.items);
  if (node.mode === 'all') return group('not_all', at, node.items);
  return group('none', at, [node]);
}

function testsOf(item: Record<string, unknown>, at: Path): ConditionNode | null {
  const { value, ...tests } = item;
  if (typeof value !== 'string') return null;
  const found = Object.entries(tests).map(([name, wanted]): ConditionTest | null => {
    const test = TESTS.find((known) => known === name);
    const texts = [wanted].flat();
    if (test === undefined || !texts.every((text) => typeof text === 'string')) return null;
    return { kind: 'test', at, value, test: texts.length > 1 ? 'one_of' : test, wanted: texts.join(', ') };
  });
  const read = found.filter((test) => test !== null);
  if (read.length === 0 || read.length < found.length) return null;
  return read.length === 1 ? read[0]! : group('all', at, read);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
