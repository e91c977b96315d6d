import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import type { KommoSwitches } from '../../../simulators/kommo/switches.ts';
import type { KommoAction } from '../../../src/domain/actions.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { type Reply, startKommo } from '../../support/kommo-server.ts';
import { startLane } from '../../support/lane-rig.ts';

/** Batches that Kommo refuses without naming anybody, or cannot carry at once. */

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

let simulator: KommoSimulator | null = null;
afterEach(async () => {
  await simulator?.close();
  simulator = null;
});

async function startSimulator(switches: Partial<KommoSwitches> = {}): Promise<KommoSimulator> {
  simulator = await startKommoSimulator({ rateLimit: false, switches });
  return simulator;
}

const note = (dealId: number, text: string): KommoAction => ({ kind: 'note', dealId, text });
const goodAndBad = (n: number, bad: number[]) =>
  Array.from({ length: n }, (_, index) =>
    note(index + 1, bad.includes(index) ? `BAD ${index}` : `fine ${index}`),
  );

/** What Kommo answers to these texts instead of writing them; null where it writes them. */
type Refusal = (texts: string[], call: number) => Reply | null;

const problem = (status: number, more: object = {}): Reply => ({
  status,
  json: { title: 'Bad Request', status, detail: 'Something is wrong with this request', ...more },
});

/** An account that keeps notes, and refuses what a test says. */
async function startAccount(refuse: Refusal, failingReads = 0) {
  const notes: { id: number; dealId: number; text: string; at: number }[] = [];
  const calls: string[][] = [];
  let reads = 0;
  const server = await startKommo(({ method, body, path, query }) => {
    const shown = ({ id, dealId, text, at }: (typeof notes)[number]) => ({
      id,
      entity_id: dealId,
      params: { text },
      created_at: at,
    });
    if (method === 'GET' && reads++ < failingReads) {
      return { status: 502, html: '<html>502' };
    }
    if (method === 'GET') {
      const own = /\/leads\/(\d+)\/notes/.exec(path)?.[1];
      const asked = own === undefined ? query.getAll('filter[entity_id][]') : [own];
      return {
        json: { _embedded: { notes: notes.filter((one) => asked.includes(String(one.dealId))).map(shown) } },
      };
    }
    const items = body as { entity_id: number; params: { text: string } }[];
    const texts = items.map((item) => item.params.text);
    calls.push(texts);
    const refusal = refuse(texts, calls.length);
    if (refusal !== null) return refusal;
    const written = items.map((item, index) => {
      const made = { id: notes.length + 1, dealId: item.entity_id, text: item.params.text };
      notes.push({ ...made, at: Math.floor(Date.now() / 1000) });
      return { id: made.id, request_id: String(index) };
    });
    return { json: { _embedded: { notes: written } } };
  });
  return { ...server, url: server.baseUrl, token: 'tok3n', notes, calls };
}

async function deliver(actions: KommoAction[], refuse: Refusal) {
  await using account = await startAccount(refuse);
  await using rig = await startLane({ database, ...account });
  await rig.put(actions);
  await rig.drain();
  const dead = (await rig.rows()).filter((row) => row.state === 'dead');
  return { texts: account.notes.map(({ text }) => text), calls: account.calls, dead };
}

const hasBad: Refusal = (texts) => (texts.some((text) => text.startsWith('BAD')) ? problem(400) : null);

describe('a batch that is refused without naming anybody', () => {
  const places = [2, 3, 7].flatMap((n) => Array.from({ length: n }, (_, bad) => ({ n, bad })));
  const more = [0, 1, 24, 25, 30, 49].map((bad) => ({ n: 50, bad }));

  it.each([...places, ...more])('is halved until the bad one is found: $bad of $n', async ({ n, bad }) => {
    const { texts, calls, dead } = await deliver(goodAndBad(n, [bad]), hasBad);
    expect(texts).toEqual(goodAndBad(n, []).flatMap((_, index) => (index === bad ? [] : [`fine ${index}`])));
    expect(dead.map((row) => row.deal_id)).toEqual([bad + 1]);
    expect(dead[0]!.error).toContain('Something is wrong with this request');
    expect(calls.length - 1).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(n)));
  });

  it.each([
    [2, [0, 1]],
    [7, [0, 3, 6]],
    [7, [0, 1, 2, 3, 4, 5, 6]],
    [50, [0, 9, 25, 26, 49]],
  ])('finds every bad one of %i: %j', async (n, bad) => {
    const { texts, dead } = await deliver(goodAndBad(n, bad), hasBad);
    expect(texts).toHaveLength(n - bad.length);
    expect(dead.map((row) => row.deal_id)).toEqual(bad.map((index) => index + 1));
  });

  it.each([
    ['422', problem(422)],
    [
      'names that are none of ours',
      problem(400, { 'validation-errors': [{ request_id: 'abc', errors: [] }] }),
    ],
  ])('is halved for %s too', async (_name, refusal) => {
    const { texts, dead } = await deliver(goodAndBad(3, [1]), (list) => (hasBad(list, 0) ? refusal : null));
    expect([texts, dead.length]).toEqual([['fine 0', 'fine 2'], 1]);
  });

  it('keeps the order of a deal', async () => {
    const actions = ['one', 'two', 'BAD', 'three', 'four'].map((text) => note(5, text));
    expect((await deliver(actions, hasBad)).texts).toEqual(['one', 'two', 'three', 'four']);
  });
});

describe('the order of a deal', () => {
  it('is kept where a call fails while a batch is taken apart', async () => {
    const delivered = await deliver(
      ['one', 'two', 'BAD', 'three', 'four'].map((text) => note(5, text)),
      (texts, call) => (call === 2 ? 'cut' : hasBad(texts, call)),
    );
    expect(delivered.texts).toEqual(['one', 'two', 'three', 'four']);
  });

  it('is kept where the reading back fails', async () => {
    let putting: Promise<void> | undefined;
    await using account = await startAccount((_, call) => {
      if (call > 1) return null;
      putting = rig.put([note(5, 'two')]);
      return 'cut';
    }, 1);
    await using rig = await startLane({ database, ...account });
    await rig.put([note(5, 'one')]);
    await rig.drain();
    await putting;
    await rig.drain();
    expect(account.notes.map(({ text }) => text)).toEqual(['one', 'two']);
  });
});

describe('a batch that only a gateway refuses', () => {
  const page: Reply = { status: 400, html: '<html><title>400 Bad Request</title></html>' };

  it('makes no dead letter, and is written when the gateway lets it through', async () => {
    const { texts, dead } = await deliver(goodAndBad(3, []), (_, call) => (call < 4 ? page : null));
    expect([texts.toSorted(), dead]).toEqual([['fine 0', 'fine 1', 'fine 2'], []]);
  });

  it('is written as far as it is not the cause, though nobody names the cause', async () => {
    await using account = await startAccount((texts) => (hasBad(texts, 0) ? page : null));
    await using rig = await startLane({ database, ...account });
    const started = rig.clock.now();
    await rig.put(goodAndBad(20, [7]));
    await rig.drain(1);
    expect(account.notes.map(({ dealId }) => dealId).toSorted((a, b) => a - b)).toEqual(
      goodAndBad(20, []).flatMap(({ dealId }) => (dealId === 8 ? [] : [dealId])),
    );
    // A last try may still be under way.
    const left = async () => (await rig.rows()).filter((row) => row.state !== 'done');
    await expect.poll(left).toMatchObject([{ deal_id: 8, state: 'ready', failure: 'unknown' }]);
    expect(rig.clock.now() - started).toBeLessThan(10 * 60_000);
  });
});

describe.each([false, true])(
  'a gateway that gives up on large batches (they are written all the same: %s)',
  (applies) => {
    it('gets smaller ones, and every note is there once', async () => {
      const kommo = await startSimulator({ gatewayTimeoutAbove: 10, gatewayTimeoutApplies: applies });
      const deals = Array.from({ length: 60 }, () => kommo.createDeal({}).id);
      await using rig = await startLane({ database, url: kommo.url, token: kommo.token });
      await rig.put(deals.map((id) => note(id, 'one')));
      await rig.put(deals.map((id) => note(id, 'two')));
      await rig.drain();
      expect(deals.map((id) => kommo.notes(id).map(({ text }) => text))).toEqual(
        deals.map(() => ['one', 'two']),
      );
      expect((await rig.rows()).every((row) => row.state === 'done')).toBe(true);
    });
  },
);

it('a batch grows under load up to what Kommo takes, and again after it had to shrink', async () => {
  const kommo = await startSimulator();
  const { id } = kommo.createDeal({});
  await using rig = await startLane({ database, url: kommo.url, token: kommo.token });
  const sizes = async (count: number) => {
    kommo.requests.clear();
    await rig.put(Array.from({ length: count }, (_, index) => note(id, `${index}`)));
    await rig.drain();
    return kommo.requests
      .all()
      .filter(({ method }) => method === 'POST')
      .map(({ items }) => items!);
  };
  expect(await sizes(600)).toEqual([50, 100, 200, 250]);
  kommo.switches.gatewayTimeoutAbove = 20;
  expect(Math.min(...(await sizes(60)))).toBeLessThanOrEqual(20);
  kommo.switches.gatewayTimeoutAbove = null;
  expect(Math.max(...(await sizes(700)))).toBe(250);
});
