import { describe, expect, test } from 'vitest';
import { mostInWindow, virtualClock } from '../../../test/support/virtual-clock.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { KommoLimits } from './kommo-limits.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Priority } from './waiting-requests.ts';

/** How long Kommo takes to answer, ms. */
const ANSWER_MS = 100;

/** Limiters of several accounts on one clock, and when the requests of each started. */
function rig(common: number | null = null) {
  const time = virtualClock();
  const { clock } = time;
  const limits = new KommoLimits({ requestsPerSecond: common, clock });
  const starts: { by: string; at: number }[] = [];

  function client(account: string, requestsPerSecond = 7, by = account) {
    const shared = limits.open(`https://${account}.kommo.com`, requestsPerSecond);
    const limiter = new RateLimiter({ requestsPerSecond, breaker: shared.breaker, clock, shared });
    async function send(priority: Priority) {
      const slot = await limiter.acquire(priority);
      starts.push({ by, at: clock.now() });
      slot.sent();
      time.at(clock.now() + ANSWER_MS, () => {
        shared.breaker.succeeded();
        slot.done(true);
      });
    }
    return {
      ...{ shared, limiter, send },
      many: (count: number, priority: Priority = 'live') =>
        void Promise.allSettled(Array.from({ length: count }, () => send(priority))),
    };
  }
  const startsOf = (by: string) => starts.filter((start) => start.by === by).map(({ at }) => at);
  return { time, limits, client, starts, startsOf };
}

const times = (starts: { at: number }[]) => starts.map(({ at }) => at);

describe('clients of one account', () => {
  test('together start no more than the account may', async () => {
    const { time, client, starts } = rig();
    client('acme', 7, 'connection').many(30);
    client('acme', 7, 'check').many(30);
    client('acme', 2, 'grantee').many(30);
    await time.runUntil(10_000);
    expect(mostInWindow(times(starts), 1_000)).toBe(7);
    expect(starts.length).toBeGreaterThan(45);
  });

  test('take turns, and none exceeds its own rate', async () => {
    const { time, client, startsOf } = rig();
    client('acme', 7, 'connection').many(40);
    client('acme', 2, 'grantee').many(10);
    await time.runUntil(5_000);
    expect(mostInWindow(startsOf('grantee'), 1_000)).toBe(2);
    expect(startsOf('grantee').length).toBeGreaterThanOrEqual(8);
  });

  test('do not share with those of another account', async () => {
    const { time, client, startsOf } = rig();
    client('acme').many(30);
    client('beta').many(30);
    await time.runUntil(5_000);
    expect(startsOf('acme')).toEqual(startsOf('beta'));
  });

  test('stop together when Kommo asks for it', async () => {
    const { time, client } = rig();
    const [one, other] = [client('acme', 7, 'one'), client('acme', 7, 'other')];
    one.shared.breaker.failed(new DeliveryError('throttled', 'Slow down.', { retryAfterMs: 60_000 }), 0);
    await expect(other.limiter.acquire('live')).rejects.toMatchObject({ retryAfterMs: 60_000 });
    await time.runUntil(60_000);
    const probe = one.limiter.acquire('live');
    const second = other.limiter.acquire('live');
    const slot = await probe;
    expect(await Promise.race([second, 'waits'])).toBe('waits');
    one.shared.breaker.succeeded();
    slot.done(true);
    await second;
  });

  test('leave a pause to a client that is opened after they were closed', async () => {
    const { time, client } = rig();
    const first = client('acme');
    first.shared.breaker.failed(new DeliveryError('throttled', 'Slow down.', { retryAfterMs: 300_000 }), 0);
    first.shared.release();
    await time.runUntil(200_000);
    await expect(client('acme').limiter.acquire('live')).rejects.toMatchObject({ failure: 'throttled' });
  });

  test('are forgotten with their account some time after the last was closed', async () => {
    const { time, client } = rig();
    const first = client('acme');
    first.shared.release();
    await time.runUntil(600_000);
    expect(client('beta').shared.breaker).not.toBe(first.shared.breaker);
    expect(client('acme').shared.breaker).not.toBe(first.shared.breaker);
  });
});

describe('a common rate', () => {
  test('is not exceeded by all accounts together', async () => {
    const { time, client, starts } = rig(10);
    for (let n = 0; n < 20; n += 1) client(`account-${n}`).many(20);
    await time.runUntil(10_000);
    expect(mostInWindow(times(starts), 1_000)).toBe(10);
    expect(starts.length).toBeGreaterThan(80);
  });

  test('is shared equally, however much one account has to do', async () => {
    const { time, client, startsOf } = rig(10);
    client('busy').many(500);
    await time.runUntil(5_000);
    for (const name of ['one', 'two', 'three', 'four']) client(name).many(20);
    const before = startsOf('busy').length;
    await time.runUntil(10_000);
    const shares = ['one', 'two', 'three', 'four'].map((name) => startsOf(name).length);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    expect(startsOf('busy').length - before).toBeLessThanOrEqual(Math.max(...shares) + 1);
  });

  test('lets an urgent request of one account pass the bulk work of all others', async () => {
    const { time, client, startsOf } = rig(10);
    for (let n = 0; n < 30; n += 1) client(`account-${n}`).many(100, 'bulk');
    await time.runUntil(20_000);
    client('urgent').many(1, 'live');
    await time.runUntil(20_300);
    expect(startsOf('urgent')).toHaveLength(1);
  });

  test('leaves an eighth to bulk work that urgent requests would keep out', async () => {
    const { time, client, startsOf, starts } = rig(10);
    for (let n = 0; n < 10; n += 1) client(`account-${n}`).many(200, 'live');
    client('bulk').many(200, 'bulk');
    await time.runUntil(20_000);
    const share = startsOf('bulk').length / starts.length;
    expect(share).toBeGreaterThan(0.11);
    expect(share).toBeLessThan(0.14);
  });

  test('is divided by the processes that share it', async () => {
    const { time, limits, client, starts } = rig(10);
    limits.setProcesses(3);
    client('acme').many(100);
    client('beta').many(100);
    await time.runUntil(10_000);
    expect(mostInWindow(times(starts), 1_000)).toBe(3);
  });

  test('goes below one a second where there are more processes than requests', async () => {
    const { time, limits, client, starts } = rig(2);
    limits.setProcesses(4);
    client('acme').many(100);
    await time.runUntil(20_000);
    expect(mostInWindow(times(starts), 2_000)).toBe(1);
    expect(starts.length).toBeGreaterThan(7);
  });

  test('grows at once when a process ends', async () => {
    const { time, limits, client, starts } = rig(2);
    limits.setProcesses(20);
    client('acme').many(100);
    await time.runUntil(1_000);
    limits.setProcesses(1);
    const before = starts.length;
    await time.runUntil(20_000);
    expect(starts.length - before).toBeGreaterThan(20);
  });
});
