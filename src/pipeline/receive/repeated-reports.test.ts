import { beforeEach, expect, it } from 'vitest';
import { RepeatedReports } from './repeated-reports.ts';

let now: number;
let stored: string[];
let reports: RepeatedReports;
beforeEach(() => {
  now = 0;
  stored = [];
  reports = new RepeatedReports({ now: () => now, maxRemembered: 3 });
});

const receive = (key: string) => reports.storeOnce(key, async () => void stored.push(key));

it('a report that is sent again with the same signature is stored once', async () => {
  for (let copy = 0; copy < 3; copy++) await receive('a');
  await receive('b');
  expect(stored).toEqual(['a', 'b']);
});

it('a copy that comes while the first is being stored waits for that', async () => {
  const storing = Promise.withResolvers<void>();
  const outcomes: string[] = [];
  const first = reports.storeOnce('a', () => storing.promise).then(() => outcomes.push('first'));
  const copy = receive('a').then(() => outcomes.push('copy'));
  await Promise.resolve();
  expect(outcomes).toEqual([]);
  storing.resolve();
  await Promise.all([first, copy]);
  expect(stored).toEqual([]);
});

it('a report that could not be stored is not dropped when it comes again', async () => {
  const failed = reports.storeOnce('a', () => Promise.reject(new Error('disk full')));
  await expect(failed).rejects.toThrow('disk full');
  await receive('a');
  expect(stored).toEqual(['a']);
});

it('is forgotten after ten minutes, when its signature is no longer accepted', async () => {
  await receive('a');
  now += 600_000;
  await receive('a');
  expect(stored).toHaveLength(2);
});

it('remembers a bounded number', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'a']) await receive(key);
  expect(stored).toEqual(['a', 'b', 'c', 'd', 'a']);
});
