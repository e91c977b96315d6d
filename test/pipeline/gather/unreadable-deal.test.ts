import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/domain/errors.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { type ConnectionWorker, createWorker } from '../../../src/pipeline/worker.ts';
import { takeLease } from '../../../src/store/connections/connections.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';

const NOW = 1_700_001_000_000;
const BAD = 5;

let database: Database;
let runner: ConnectionWorker;
afterEach(async () => {
  await runner.stop();
  await database.close();
});

/** Kommo, with one deal that it cannot give: also not among others. */
function kommo(isDown: () => boolean) {
  const broken = () =>
    new DeliveryError('retryable', 'Kommo failed at reading leads (500).', { status: 500 });
  return {
    requestsPerSecond: 7,
    isQuiet: () => false,
    whenQuiet: async () => {},
    account: async () => {
      if (isDown()) throw broken();
    },
    deals: async (ids: number[]) => {
      if (isDown() || ids.includes(BAD)) throw broken();
      return new Map(ids.map((id) => [id, deal({ id })]));
    },
    contacts: async () => new Map([[9, contact()]]),
    companies: async () => new Map(),
    dealMoves: async () => [],
    dealCreations: async () => [],
    addNotes: async (items: unknown[]) => new Map(items.map((_, index) => [String(index), index + 1])),
  };
}

async function start(isDown = () => false) {
  const clock = new TestClock(NOW);
  database = await openTestDatabase('embedded');
  const { db } = database;
  const catalog = { account: { timezone: 'UTC' }, pipelines: [SALES], users: [], dealFields: [] };
  const accept = async () => {};
  const connection = {
    name: 'acme',
    owner: 'test',
    kommo: kommo(isDown),
    track: { identify: accept, track: accept },
    app: null,
    catalog,
    refreshCatalog: async () => catalog,
    rules: rules({ inactivity: [] }),
  } as unknown as Connection;
  await takeLease(db, 'acme', 'test');
  const move = (dealId: number, second: number) => ({
    connection: 'acme',
    key: `move:${dealId}:${second}`,
    event: {
      kind: 'deal_moved' as const,
      dealId,
      from: null,
      to: { pipelineId: SALES.id, stageId: 142 },
      occurredAt: NOW / 1000 - 100 + second,
    },
    name: null,
    person: null,
    inboxIds: [],
  });
  await addEvents(asLeased(db), [move(BAD, 1), move(6, 2), move(BAD, 3), move(7, 4)], NOW);
  runner = createWorker({ database, connection, clock, log: pino({ level: 'silent' }) });
  await runner.start(0);
  return {
    clock,
    states: async () =>
      (await db.selectFrom('events').select(['state', 'attempts']).orderBy('id').execute()).map(
        ({ state, attempts }) => `${state} ${attempts}`,
      ),
  };
}

it('a deal that Kommo cannot give holds up nobody else, and its own moves wait in their order', async () => {
  const { clock, states } = await start();
  const planned = async () => (await states()).filter((state) => state.startsWith('planned')).length;
  for (let seconds = 0; seconds < 1_000 && (await planned()) < 2; seconds += 1) await clock.tick(1_000);
  const [bad, good, badToo, goodToo] = await states();
  expect([good, goodToo]).toEqual(['planned 0', 'planned 0']);
  expect([bad, badToo].map((state) => state!.split(' ')[0])).toEqual(['new', 'new']);
});

it('while all of Kommo is down no event is put aside', async () => {
  const { clock, states } = await start(() => true);
  for (let seconds = 0; seconds < 150; seconds += 1) await clock.tick(1_000);
  expect(await states()).toEqual(['new 0', 'new 0', 'new 0', 'new 0']);
});
