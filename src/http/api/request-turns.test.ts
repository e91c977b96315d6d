import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RequestTurns } from './request-turns.ts';

/** Work that ends when the test says so; counts what has begun. */
function rig() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return { begun, ends, work, turns: new RequestTurns() };
}

it('lets a flood of tokens that do not exist ask the database four at a time, and another network in between', async () => {
  const { begun, ends, work, turns } = rig();
  for (let n = 0; n < 1_000; n++) void turns.lookUp('192.0.2.1', work('stranger'));
  void turns.lookUp('198.51.100.7', work('ann'));
  expect(begun).toEqual(Array(4).fill('stranger'));
  for (const end of ends.splice(0)) end();
  await setImmediate();
  expect(begun.slice(4)).toContain('ann');
});

it('answers four requests at a time, and another user in between', async () => {
  const { begun, ends, work, turns } = rig();
  for (let n = 0; n < 200; n++) void turns.answer('user 1', work('eve'));
  void turns.answer('user 2', work('ann'));
  expect(begun).toEqual(Array(4).fill('eve'));
  for (const end of ends.splice(0)) end();
  await setImmediate();
  expect(begun.slice(4)).toContain('ann');
});

it('refuses the requests of a user who has hundreds that wait, and still serves others', async () => {
  const { begun, ends, work, turns } = rig();
  const refused: unknown[] = [];
  for (let n = 0; n < 400; n++) turns.answer('user 1', work('eve')).catch((error) => refused.push(error));
  await setImmediate();
  expect(refused).toHaveLength(96);
  expect(refused[0]).toMatchObject({ statusCode: 503, retryAfterSeconds: 2 });
  void turns.answer('user 2', work('ann'));
  for (const end of ends.splice(0)) end();
  await setImmediate();
  expect(begun.slice(4)).toContain('ann');
});
