import { describe, expect, it } from 'vitest';
import { isReadAfter, isSinceBackup, mayReport } from './record-changes.ts';

const T = 1_796_000_000;
const ms = (second: number) => (T + second) * 1_000;
const restored = { from: ms(0), doubtfulUntil: T + 600 };

describe('an event may be the report of a change', () => {
  it('where it was stored since then, on clocks that differ by a minute', () => {
    expect(mayReport(T, ms(2), null)).toBe(true);
    expect(mayReport(T, ms(-60), null)).toBe(true);
    expect(mayReport(T, ms(-61), null)).toBe(false);
  });

  it('after a restore not where it is from before the backup, and the change may be later', () => {
    expect(mayReport(T + 30, ms(-10), restored)).toBe(false);
    expect(mayReport(T - 60, ms(-10), restored)).toBe(false);
  });

  it('after a restore as usual where the change is older than the backup or later than the start', () => {
    expect(mayReport(T - 61, ms(-10), restored)).toBe(true);
    expect(mayReport(T + 601, ms(602), restored)).toBe(true);
  });

  it('after a restore where it came with the webhooks since the start', () => {
    expect(mayReport(T + 30, ms(605), restored)).toBe(true);
  });
});

describe('a lost database may have identified a client as it was before a change', () => {
  it('that was made since the backup, on clocks that differ by a minute', () => {
    expect(isSinceBackup(T - 60, restored)).toBe(true);
    expect(isSinceBackup(T - 61, restored)).toBe(false);
    expect(isSinceBackup(T - 61, { ...restored, from: null })).toBe(true);
  });

  it('until the logs were read after the first start', () => {
    expect(isSinceBackup(T + 600 + 300, restored)).toBe(true);
    expect(isSinceBackup(T + 600 + 301, restored)).toBe(false);
  });

  it('not without a restore', () => expect(isSinceBackup(T, null)).toBe(false));
});

describe('without webhooks, a deal was read after a change', () => {
  const event = (part: Partial<Parameters<typeof isReadAfter>[1]>) => ({
    ...{ kind: 'deal_changed' as const, occurred_at: T, created_at: ms(10), reported: false },
    ...part,
  });

  it('because of a later entry, and not because of an earlier one that was found seconds ago', () => {
    expect(isReadAfter(T, event({}))).toBe(true);
    expect(isReadAfter(T + 5, event({}))).toBe(false);
  });

  it('because of a webhook that came a minute later, on clocks that differ by a minute', () => {
    expect(isReadAfter(T, event({ reported: true }))).toBe(false);
    expect(isReadAfter(T, event({ reported: true, created_at: ms(60) }))).toBe(true);
  });

  it('not because of a stage change, which may have no rule', () => {
    expect(isReadAfter(T, event({ kind: 'deal_moved' }))).toBe(false);
  });
});
