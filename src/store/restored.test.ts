import { describe, expect, it } from 'vitest';
import { READ_BACK_MS, unknownSince } from './restored.ts';

const START_S = 1_796_000_000;
const START = START_S * 1_000;
const FIRST_BACKUP = START - 60_000;
const last = { from: FIRST_BACKUP, doubtfulUntil: START_S };

describe('other databases may have done what a backup does not know', () => {
  it('since it was made', () => {
    expect(unknownSince(START, { from: null, doubtfulUntil: null })).toBe(START);
    const later = START + READ_BACK_MS + 1;
    expect(unknownSince(later, last)).toBe(later);
  });

  it('since the backup before, where it was made of a restored database that may not have read back yet', () => {
    expect(unknownSince(START + 10_000, last)).toBe(FIRST_BACKUP);
    expect(unknownSince(START + READ_BACK_MS, last)).toBe(FIRST_BACKUP);
  });

  it('since the backup before, where it was made of a restored database that was never started', () => {
    expect(unknownSince(START + READ_BACK_MS * 2, { from: FIRST_BACKUP, doubtfulUntil: null })).toBe(
      FIRST_BACKUP,
    );
  });

  it('since it was made, where an older backup is restored than the one before', () => {
    expect(unknownSince(FIRST_BACKUP - 1, { from: FIRST_BACKUP, doubtfulUntil: null })).toBe(
      FIRST_BACKUP - 1,
    );
  });
});
