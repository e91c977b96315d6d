import { expect, test } from 'vitest';
import { isFriendlyHost } from './guards.ts';

test.each([
  '127.0.0.1:9100',
  'localhost:9100',
  '[::1]:9100',
  '192.168.1.5',
  'simulators:9100',
  'a.localhost',
])('%s reaches the board', (host) => {
  expect(isFriendlyHost(host)).toBe(true);
});

test.each(['evil.example', 'evil.example:9100', '', 'a b', undefined])(
  'a name that a page of the internet could have made, %s, does not',
  (host) => {
    expect(isFriendlyHost(host)).toBe(false);
  },
);
