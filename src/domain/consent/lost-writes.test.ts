import { expect, it } from 'vitest';
import { isLostWrite } from './lost-writes.ts';

const T = 1_796_000_000;
const lost = { from: T, until: T + 100, reported: new Set<string>() };
const edit = { wish: 'opt_out', by: null } as const;
const deal = { updatedAt: T + 50, updatedBy: 0 };
const change = { kind: 'deal_changed', dealId: 5, occurredAt: T + 50 } as const;

it('an opt-out that an integration has set before the restart, and that the client has said, is of the lost database', () => {
  expect(isLostWrite(edit, { deal, change: null }, true, lost)).toBe(true);
  const later = { updatedAt: T + 500, updatedBy: 7 };
  expect(isLostWrite({ ...edit, by: 0 }, { deal: later, change }, true, lost)).toBe(true);
});

it.each([
  ['that no report of the client explains', edit, deal, false],
  ['that a user has set', { ...edit, by: 7 }, deal, true],
  ['on a deal that a user has changed last', edit, { ...deal, updatedBy: 7 }, true],
  ['from after the restart', edit, { ...deal, updatedAt: T + 161 }, true],
  ['from before the backup', edit, { ...deal, updatedAt: T - 61 }, true],
] as const)('an opt-out %s is an edit', (_, one, shown, isReported) => {
  expect(isLostWrite(one, { deal: shown, change: null }, isReported, lost)).toBe(false);
});

it('an opt-out that was taken back is an edit', () => {
  expect(isLostWrite({ wish: 'opt_in', by: null }, { deal, change: null }, true, lost)).toBe(false);
});
