import { expect, it } from 'vitest';
import { dayText, periodOf } from './period.ts';

const NOW = new Date(2026, 10, 30, 15, 30);
const at = (year: number, month: number, day: number) => new Date(year, month - 1, day).getTime();

it.each([
  [{ period: 'today' }, at(2026, 11, 30)],
  [{ period: '7d' }, at(2026, 11, 24)],
  [{}, at(2026, 11, 24)],
  [{ period: '30d' }, at(2026, 11, 1)],
] as const)('%o reaches from its first midnight to now', (search, since) => {
  expect(periodOf(search, NOW)).toEqual({ since });
});

it('a custom period has its last day', () => {
  const search = { period: 'custom', from: '2026-10-01', to: '2026-10-31' } as const;
  expect(periodOf(search, NOW)).toEqual({ since: at(2026, 10, 1), until: at(2026, 11, 1) });
  expect(periodOf({ period: 'custom', from: '2026-10-01' }, NOW)).toEqual({
    since: at(2026, 10, 1),
    until: at(2026, 10, 2),
  });
});

it('a custom period is no longer than the server allows', () => {
  const { since, until } = periodOf({ period: 'custom', from: '2020-01-01', to: '2026-10-31' }, NOW);
  expect((until! - since) / 86_400_000).toBeLessThanOrEqual(400);
});

it.each([
  [undefined, undefined],
  ['2026-02-30', '2026-03-01'],
  ['2026-03-02', '2026-03-01'],
  ['yesterday', 'today'],
])('from %s to %s is no period', (from, to) => {
  const search = { period: 'custom' as const, ...(from && { from }), ...(to && { to }) };
  expect(periodOf(search, NOW)).toEqual(periodOf({}, NOW));
});

it('a day is written as its date', () => {
  expect(dayText(at(2026, 3, 5))).toBe('2026-03-05');
});
