import { afterEach, beforeEach, expect, it } from 'vitest';
import { ThrottledLog } from './throttled-log.ts';

let now: number;
let lines: [Record<string, unknown>, string][];
let throttledLog: ThrottledLog;
beforeEach(() => {
  now = 0;
  lines = [];
  const write = (fields: Record<string, unknown>, message: string) => void lines.push([fields, message]);
  throttledLog = new ThrottledLog({ log: { warn: write, error: write } as never, now: () => now });
});
afterEach(() => throttledLog.close());

const refuse = (address = '203.0.113.7', kind = 'wrong address') =>
  throttledLog.add({ kind, address, message: kind, fields: { source: 'kommo' } });

it('300 throttledLog of one network are a line at once, and one a minute later with their number', () => {
  for (let index = 0; index < 300; index++) refuse(`203.0.113.${index % 250}`);
  expect(lines).toEqual([[{ source: 'kommo', from: '203.0.113.0/24' }, 'wrong address']]);
  now += 60_000;
  throttledLog.flush();
  expect(lines[1]).toEqual([{ source: 'kommo', from: '203.0.113.0/24', count: 299 }, 'wrong address']);
});

it('each kind and each network has a line of its own', () => {
  refuse('203.0.113.7');
  refuse('198.51.100.1');
  refuse('203.0.113.7', 'wrong signature');
  expect(lines).toHaveLength(3);
});

it('any number of networks are some sixty lines a minute', () => {
  for (let index = 0; index < 10_000; index++) refuse(`10.${index >> 8}.${index & 255}.1`);
  now += 60_000;
  throttledLog.flush();
  expect(lines.length).toBeLessThan(70);
  expect(lines.at(-1)).toEqual([{ count: expect.any(Number) }, 'further requests were refused']);
});
