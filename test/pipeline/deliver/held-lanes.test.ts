import { TestClock } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { hasWork, startWorld, type World } from '../../support/world.ts';

/** A side that is closed as a whole holds its lane, and nothing else: all goes on by itself when it opens again. */

const MINUTE = 60_000;
const STAGES = ['Demo scheduled', 'Demo completed', 'Closed - won'];
const EVENTS = ['demo_scheduled', 'demo_completed', 'deal_won'];

let world: World;
const clock = new TestClock(Date.now());
beforeAll(async () => {
  // A store that outlives a restart.
  world = await startWorld({ clock, database: 'postgres' });
});
afterAll(() => world.close());

/** Jumps in time and lets what became due happen. */
async function pass(ms: number): Promise<void> {
  await clock.setTime(clock.now() + ms);
  await clock.tick(1_000);
}

const lanes = () => world.app.supervisors.get('acme')!.state().lanes!;

/** Lets time pass until nothing is open any more. */
async function finish(): Promise<void> {
  await eventually(async () => {
    await clock.tick(5_000);
    expect(await hasWork(world.app)).toBe(false);
  });
}

let people = 0;
interface Mover {
  id: number;
  email: string;
}

/** Two deals go through three stages each while a side is closed. */
async function moveTwoDeals(): Promise<Mover[]> {
  const deals = ['ann', 'bea'].map((name) => {
    people += 1;
    const email = `${name}${people}@example.com`;
    return { id: world.deal({ email, name }).id, email };
  });
  for (const stage of STAGES) for (const deal of deals) world.move(deal.id, stage);
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  return deals;
}

const notesOf = (deals: Mover[]) => deals.flatMap(({ id }) => world.noteTexts(id));

/** Every webhook was taken at once, whatever the other side did. */
function expectIntakeWentOn(): void {
  const statuses = new Set(world.kommo.hookDeliveries().map(({ status }) => status));
  expect([...statuses]).toEqual([200]);
}

async function expectAllDeliveredOnce(deals: Mover[]): Promise<void> {
  await finish();
  for (const { id, email } of deals) {
    const person = world.customerio.person(email);
    expect(person?.events.map(({ name, receipts }) => [name, receipts])).toEqual(
      EVENTS.map((name) => [name, 1]),
    );
    expect(world.noteTexts(id)).toHaveLength(STAGES.length);
    expect(world.noteTexts(id)[2]).toContain('deal_won');
  }
  const rows = await world.app.database.db
    .selectFrom('actions')
    .select(['kind', 'state', 'attempts'])
    .execute();
  expect(rows.every(({ state, attempts }) => state === 'done' && attempts === 1)).toBe(true);
}

/** Waits until `look` is true, for what no simulator sees. */
const until = (look: () => boolean) => eventually(() => expect(look()).toBe(true));

interface Closed {
  close(): () => void;
  /** Whose lane is held; the planning, where not even reading is possible. */
  held: 'kommo' | 'customerio' | 'planning';
}

const fault = (side: 'kommo' | 'customerio', status: number, path: RegExp) => () =>
  world[side].faults.add({ kind: 'status', status, body: 'json', match: { path } });
const writes = /\/(leads\/notes|tasks)$/;
const track = /\/api\/v1\/customers/;

const CAUSES: Record<string, Closed> = {
  'Kommo’s token is revoked': {
    held: 'planning',
    close() {
      world.kommo.revokeToken();
      return () => world.kommo.restoreToken();
    },
  },
  'Kommo’s notes want another token (401)': { held: 'kommo', close: fault('kommo', 401, writes) },
  'Kommo’s trial has ended (402)': { held: 'kommo', close: fault('kommo', 402, writes) },
  'Kommo’s token lacks the right (403 in JSON)': { held: 'kommo', close: fault('kommo', 403, writes) },
  'Customer.io’s key is wrong': {
    held: 'customerio',
    close() {
      const { apiKey } = world.customerio.credentials;
      world.customerio.setCredentials({ apiKey: 'another-key' });
      return () => world.customerio.setCredentials({ apiKey });
    },
  },
  'Customer.io’s account is not paid (402)': { held: 'customerio', close: fault('customerio', 402, track) },
  'Customer.io’s key lacks the right (403 in JSON)': {
    held: 'customerio',
    close: fault('customerio', 403, track),
  },
};

describe.each(Object.entries(CAUSES))('%s', (_name, { held, close }) => {
  it('holds the lane; intake goes on, and afterwards all is delivered once, in order, without a lost attempt', async () => {
    const open = close();
    const deals = await moveTwoDeals();
    await until(() => lanes()[held].state === 'held');
    for (let minute = 0; minute < 5; minute += 1) {
      await pass(MINUTE);
      await until(() => lanes()[held].state === 'held');
    }
    expect(notesOf(deals)).toEqual([]);
    expectIntakeWentOn();
    open();
    await pass(MINUTE);
    await expectAllDeliveredOnce(deals);
    expect(lanes()[held].state).toBe('open');
  });
});

const slow = (retryAfter: number | undefined, body: 'json' | 'html') => ({
  kind: 'status' as const,
  status: 429,
  body,
  times: 1,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

describe.each([
  ['kommo', 'in JSON, with a time', slow(1, 'json'), writes],
  ['kommo', 'in HTML, without a time', slow(undefined, 'html'), writes],
  ['customerio', 'in JSON, with a time', slow(1, 'json'), track],
  ['customerio', 'in HTML, without a time', slow(undefined, 'html'), track],
] as const)('a 429 of %s %s', (side, _name, rule, path) => {
  it('makes the lane wait, and uses up no attempt', async () => {
    world[side].faults.add({ ...rule, match: { path } });
    const deals = await moveTwoDeals();
    await until(() => lanes()[side].state === 'waiting');
    expectIntakeWentOn();
    await expectAllDeliveredOnce(deals);
  });
});

it('a block of Kommo’s lets intake go on, is left alone, and everything flows when it is lifted', async () => {
  world.kommo.block();
  const deals = await moveTwoDeals();
  await until(() => lanes().planning.state === 'waiting');
  expect(lanes().planning.reason).toContain('Ask Kommo support to lift the block');
  const asked = world.kommo.requests.total;
  for (let minute = 0; minute < 120; minute += 10) await pass(10 * MINUTE);
  expect(world.kommo.requests.total).toBe(asked);
  expectIntakeWentOn();
  world.kommo.unblock();
  // The breaker keeps real time (see src/kommo/client/circuit-breaker.test.ts); a new process does not know of it.
  await world.restart();
  await expectAllDeliveredOnce(deals);
});
