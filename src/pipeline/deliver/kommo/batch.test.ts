import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../outbox.ts';
import { BatchSize, nextBatch } from './batch.ts';

const row = (id: number, kind: OutboxRow['kind'], deal: number) =>
  ({ id, subject: `deal:${deal}`, payload: { kind } }) as OutboxRow;
const ids = (batch: OutboxRow[]) => batch.map((action) => action.id);

it('takes everything that goes by the oldest action’s call', () => {
  expect(ids(nextBatch([row(1, 'note', 5), row(2, 'task', 6), row(3, 'note', 7)], 50))).toEqual([1, 3]);
});

it('keeps the order of a deal: what comes after another call waits', () => {
  expect(
    ids(nextBatch([row(1, 'note', 5), row(2, 'task', 6), row(3, 'note', 6), row(4, 'note', 5)], 50)),
  ).toEqual([1, 4]);
});

it('changes a deal’s fields once in a call', () => {
  expect(
    ids(nextBatch([row(1, 'set_field', 5), row(2, 'set_field', 5), row(3, 'set_field', 6)], 50)),
  ).toEqual([1, 3]);
});

it('takes a deal’s field and tags together', () => {
  const due = [row(1, 'set_field', 5), row(2, 'tags', 5), row(3, 'tags', 5), row(4, 'set_field', 5)];
  expect(ids(nextBatch(due, 50))).toEqual([1, 2]);
});

it('is no larger than allowed', () => {
  expect(ids(nextBatch([row(1, 'note', 5), row(2, 'note', 6), row(3, 'note', 7)], 2))).toEqual([1, 2]);
});

it('is nothing where nothing is due', () => {
  expect(nextBatch([], 50)).toEqual([]);
});

describe('the size of a batch', () => {
  it('doubles while full batches are accepted, up to what Kommo takes', () => {
    const size = new BatchSize();
    const sizes = Array.from({ length: 5 }, () => {
      size.accepted(size.value);
      return size.value;
    });
    expect(sizes).toEqual([100, 200, 250, 250, 250]);
  });

  it('stays while batches are smaller than allowed', () => {
    const size = new BatchSize();
    size.accepted(49);
    expect(size.value).toBe(50);
  });

  it('is half of what was too much for a gateway, and never less than one', () => {
    const size = new BatchSize();
    size.tooLarge(31);
    expect(size.value).toBe(15);
    size.tooLarge(1);
    expect(size.value).toBe(1);
  });
});
