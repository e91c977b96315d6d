import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startKommo, type TestKommo } from '../../../test/support/kommo-server.ts';
import { createLimiter } from './limiter.ts';
import { createTransport, type Transport } from './transport.ts';

const BLOCK = { status: 403, html: '<html><title>403 Forbidden</title></html>' };
const GATEWAY = { status: 502, html: '<html><title>502 Bad Gateway</title></html>' };
const ACCOUNT = { json: { id: 1 } };
const MINUTE = 60_000;

/** A limiter's clock that a test moves; its timers ring when it does. */
function startClock() {
  let time = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => time,
    setTimer(run: () => void, ms: number) {
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms: number) {
      time += ms;
      for (const timer of [...timers]) {
        if (timer.at > time) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

let kommo: TestKommo;
let answer: typeof BLOCK | typeof ACCOUNT = ACCOUNT;
const agent = new Agent();
beforeAll(async () => {
  kommo = await startKommo(() => answer);
});
afterAll(async () => {
  await kommo[Symbol.asyncDispose]();
  await agent.close();
});

function start() {
  kommo.calls.length = 0;
  const clock = startClock();
  const limiter = createLimiter({ requestsPerSecond: 7, clock });
  const { baseUrl } = kommo;
  const options = { baseUrl, token: () => 'tok3n', dispatcher: agent, timeoutMs: 5_000 };
  const transport = createTransport({ ...options, limiters: [limiter] });
  return { clock, transport };
}

/** How many of five calls at once reach the server. */
async function knock(transport: Transport): Promise<number> {
  const before = kommo.calls.length;
  const call = { method: 'GET', path: '/account', effect: 'read', doing: 'reading the account' } as const;
  await Promise.allSettled(Array.from({ length: 5 }, () => transport.send(call)));
  return kommo.calls.length - before;
}

it('while Kommo blocks, one probe in a quarter of an hour is all that goes out', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  const reached: number[] = [];
  for (let minute = 1; minute <= 60; minute += 1) {
    clock.pass(MINUTE);
    reached.push(await knock(transport));
  }
  expect(reached.flatMap((count, index) => (count === 0 ? [] : [[index + 1, count]]))).toEqual([
    [15, 1],
    [30, 1],
    [45, 1],
    [60, 1],
  ]);
});

it('after the block everything goes out again', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  answer = ACCOUNT;
  clock.pass(15 * MINUTE);
  expect(await knock(transport)).toBe(5);
});

it('a gateway’s page is no sign that the block is over: calls still go one by one', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  answer = GATEWAY;
  clock.pass(15 * MINUTE);
  await knock(transport);
  answer = BLOCK;
  clock.pass(2_000);
  expect(await knock(transport)).toBe(1);
});
