import { expect, it } from 'vitest';
import { exact, relative, took } from './when.ts';

const NOW = 1_800_000_000_000;

it.each([
  [0, 'just now'],
  [12_400, '12 s ago'],
  [5 * 60_000, '5 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [30 * 3_600_000, '1 day ago'],
  [-42_000, 'in 42 s'],
  [-2 * 86_400_000, 'in 2 days'],
])('%i ms before now is "%s"', (before, words) => {
  expect(relative(NOW - before, NOW)).toBe(words);
});

it.each([
  [31, '31 ms'],
  [1_240, '1.2 s'],
  [42_000, '42 s'],
])('%i ms are "%s"', (ms, words) => {
  expect(took(ms)).toBe(words);
});

it('the exact time names UTC, whatever the reader’s clock', () => {
  expect(exact(NOW)).toContain('(2027-01-15 08:00:00 UTC)');
});
