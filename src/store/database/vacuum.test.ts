import { describe, expect, it } from 'vitest';
import { vacuumOf } from './vacuum.ts';

const MB = 1024 * 1024;
const table = (pages: number, indexMb: number) => ({
  ...{ name: 'events', deadRows: 5_000, pages, indexBytes: indexMb * MB },
});

describe('a vacuum of the embedded database', () => {
  it('reads the indexes where that is short, once a day', () => {
    expect(vacuumOf(table(1_000, 10), false, true)).toBe('rows_and_indexes');
    expect(vacuumOf(table(1_000, 10), false, false)).toBe('rows');
  });

  it('leaves long indexes to a quiet moment', () => {
    expect(vacuumOf(table(1_000, 100), false, true)).toBe('rows');
    expect(vacuumOf(table(1_000, 100), true, true)).toBe('rows_and_indexes');
  });

  it('leaves a table with very many changes to a quiet moment', () => {
    expect(vacuumOf(table(20_000, 100), false, true)).toBeNull();
    expect(vacuumOf(table(20_000, 100), true, false)).toBe('rows');
  });

  it('never stops webhooks for longer than a few seconds', () => {
    expect(vacuumOf(table(20_000, 2_000), true, true)).toBe('rows');
    expect(vacuumOf(table(400_000, 2_000), true, true)).toBeNull();
  });
});
