import { expect, it } from 'vitest';
import { durationText, parseDuration } from './duration.ts';

it.each([
  ['30s', 30],
  ['90m', 5_400],
  ['36h', 129_600],
  ['5d', 432_000],
  ['4 hours', 14_400],
  ['1 hour', 3_600],
  ['2 Days', 172_800],
  ['90 minutes', 5_400],
  ['45 sec', 45],
  ['10 mins', 600],
  ['2 weeks', 1_209_600],
  [' 3  days ', 259_200],
])('%s is a duration', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

it.each(['', '5', 'd', '-1d', '1.5h', '5 months', '1h 30m', 'two days', '5ds', '4 hrsx'])(
  '%j is none',
  (text) => expect(parseDuration(text)).toBeNull(),
);

it('what a duration is shown as can be typed again', () => {
  for (const seconds of [1, 30, 90, 120, 3_600, 5_400, 86_400, 172_800, 432_000])
    expect(parseDuration(durationText(seconds))).toBe(seconds);
});
