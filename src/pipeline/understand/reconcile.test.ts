import { expect, it } from 'vitest';
import { unreadLog } from './reconcile.ts';

const NOW = 1_796_000_000;
const DAY = 86_400;

it('leaves out what is more than 80 days old, after an outage or with a backup of that age', () => {
  expect(unreadLog({ to: NOW - 200 * DAY }, NOW)).toEqual({ from: NOW - 200 * DAY, to: NOW - 80 * DAY });
  expect(unreadLog({ to: NOW - 80 * DAY }, NOW)).toBeNull();
});
