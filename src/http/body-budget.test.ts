import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { readBody } from './body.ts';
import { BodyBudget, BodyBudgetExceeded } from './body-budget.ts';

let budget: BodyBudget;
beforeEach(() => {
  budget = new BodyBudget({ maxBytes: 64_000_000, maxBytesOfNetwork: 48_000_000 });
});

/** A body of a network, of which this much has come and the end has not. */
function hold(bytes: number, network: string) {
  const payload = new PassThrough();
  const held = { payload, state: 'held', body: null as Buffer | null };
  readBody(payload, 1_000_000, { budget, network }).then(
    (body) => Object.assign(held, { state: 'read', body }),
    (error: unknown) =>
      Object.assign(held, { state: error instanceof BodyBudgetExceeded ? 'dropped' : 'broken' }),
  );
  payload.emit('data', Buffer.alloc(bytes, 'x'));
  return held;
}

describe('500 connections that stop at 990 kilobytes', () => {
  it.each([
    ['one network', () => 'a', 48_000_000],
    ['many networks', (index: number) => `network ${index}`, 64_000_000],
  ])('of %s hold no more than their share', (_case, networkOf, most) => {
    for (let index = 0; index < 500; index++) hold(990_000, networkOf(index));
    expect(budget.bytes).toBeLessThanOrEqual(most);
    expect(budget.bytes).toBeGreaterThan(most - 1_000_000);
  });

  it('keep out no small body, of their own network or of another', async () => {
    const large = Array.from({ length: 500 }, () => hold(990_000, 'a'));
    for (const network of ['a', 'b']) {
      const small = hold(4_000, network);
      small.payload.end();
      await expect.poll(() => small.state).toBe('read');
      expect(small.body).toHaveLength(4_000);
    }
    expect(large.some(({ state }) => state === 'dropped')).toBe(true);
  });
});

it('gives the memory back when a body ends, breaks off or is too large', async () => {
  hold(500_000, 'a').payload.end();
  hold(500_000, 'a').payload.destroy();
  hold(500_000, 'a').payload.emit('data', Buffer.alloc(600_000));
  await expect.poll(() => budget.bytes).toBe(0);
});
