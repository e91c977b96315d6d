import { expect, it } from 'vitest';
import { memoizeByKey } from './memoize-by-key.ts';

it('shares a run among the calls of a key for some time, and forgets the oldest keys', async () => {
  let now = 0;
  const ran: string[] = [];
  const shared = memoizeByKey<string>({ ms: 100, most: 2, now: () => now });
  const ask = (key: string) => shared(key, async () => `${key}${ran.push(key)}`);
  expect([await ask('a'), await ask('a'), await ask('b')]).toEqual(['a1', 'a1', 'b2']);
  await ask('c');
  expect(await ask('b')).toBe('b2');
  expect(await ask('a')).toBe('a4');
  now = 100;
  expect(await ask('a')).toBe('a5');
});

it('keeps no failure', async () => {
  const shared = memoizeByKey<string>({ ms: 100, most: 2, now: () => 0 });
  let runs = 0;
  const ask = () => shared('a', async () => (++runs === 1 ? Promise.reject(new Error('away')) : 'here'));
  await expect(ask()).rejects.toThrow('away');
  expect(await ask()).toBe('here');
});
