import { expect, it } from 'vitest';
import type { OutboxRow } from '../lane.ts';
import { oneBatch } from './lane.ts';

const row = (id: number, kind: OutboxRow['kind'], deal: number) =>
  ({ id, subject: `deal:${deal}`, payload: { kind } }) as OutboxRow;
const ids = (batches: OutboxRow[][]) => batches.map((batch) => batch.map((action) => action.id));

it('takes everything that goes by the oldest action’s call', () => {
  expect(ids(oneBatch([row(1, 'note', 5), row(2, 'task', 6), row(3, 'note', 7)], 50))).toEqual([[1, 3]]);
});

it('keeps the order of a deal: what stands behind another call waits', () => {
  expect(
    ids(oneBatch([row(1, 'note', 5), row(2, 'task', 6), row(3, 'note', 6), row(4, 'note', 5)], 50)),
  ).toEqual([[1, 4]]);
});

it('changes a deal’s fields once in a call', () => {
  expect(ids(oneBatch([row(1, 'set_field', 5), row(2, 'set_field', 5), row(3, 'set_field', 6)], 50))).toEqual(
    [[1, 3]],
  );
});

it('is no larger than allowed', () => {
  expect(ids(oneBatch([row(1, 'note', 5), row(2, 'note', 6), row(3, 'note', 7)], 2))).toEqual([[1, 2]]);
});

it('is nothing where nothing is due', () => {
  expect(oneBatch([], 50)).toEqual([]);
});
