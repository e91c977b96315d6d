import type { StageForm } from './form.ts';

/*
 * The condition of a stage rule as rows of the form: all of them must hold. A condition with `any`, `not` or further levels is
 * edited in the text.
 */

export type ConditionTree = StageForm['if'];

export const TESTS = ['equals', 'one_of', 'contains', 'at_least', 'at_most', 'empty'] as const;
export type TestName = (typeof TESTS)[number];

export interface ConditionRow {
  /** A value path. */
  value: string;
  test: TestName;
  /** The texts of a list are separated by commas; `yes` or `no` for `empty`. */
  wanted: string;
}

/** Null where rows cannot show the condition. */
export function conditionRows(tree: ConditionTree): ConditionRow[] | null {
  if (tree === undefined || tree === null || tree === '') return [];
  const items = Array.isArray(tree) ? tree : isMap(tree) && Array.isArray(tree.all) ? tree.all : [tree];
  const isPlain = Array.isArray(tree) || !isMap(tree) || !('all' in tree) || Object.keys(tree).length === 1;
  const rows = items.map(rowsOfItem);
  return isPlain && rows.every((row) => row !== null) ? rows.flat() : null;
}

/** One condition stands alone, several are a list; undefined for none. */
export function conditionTree(rows: readonly ConditionRow[]): ConditionTree {
  const items = rows.map(({ value, test, wanted }) => ({
    value,
    [test]: test === 'one_of' ? wanted.split(',').map((text) => text.trim()) : wanted,
  }));
  return items.length > 1 ? items : items[0];
}

function rowsOfItem(item: unknown): ConditionRow[] | null {
  if (!isMap(item) || typeof item.value !== 'string') return null;
  const { value, ...tests } = item;
  const rows = Object.entries(tests).map(([name, wanted]) => {
    const test = TESTS.find((known) => known === name);
    const texts = [wanted].flat();
    if (test === undefined || !texts.every((text) => typeof text === 'string')) return null;
    return { value, test: texts.length > 1 ? ('one_of' as const) : test, wanted: texts.join(', ') };
  });
  return rows.length > 0 && rows.every((row) => row !== null) ? rows : null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
