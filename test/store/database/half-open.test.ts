import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabaseWithTables } from '../../support/database-templates.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import {
  expectEachOnce,
  expectRefused,
  moveDealsToWon,
  PATIENCE_MS,
  probe,
  untilAccepted,
} from '../../support/outage.ts';
import { startWorld, type World } from '../../support/world.ts';

let proxy: FaultyProxy;
let world: World;
/** Past the proxy. */
let databaseUrl: string;
const deals: number[] = [];

beforeAll(async () => {
  databaseUrl = await createDatabaseWithTables(inject('postgresUrl'));
  proxy = await startFaultyProxy({ host: '127.0.0.1', port: Number(new URL(inject('postgresUrl')).port) });
  const through = new URL(databaseUrl);
  through.port = String(proxy.port);
  world = await startWorld({
    store: { dataDir: null, databaseUrl: through.href },
    kommo: { timeScale: 200, latencyMs: 20 },
    customerio: { timeScale: 20, latencyMs: 20 },
  });
  hearOnlyMoves();
});

/** Kommo disables a webhook after 100 bad answers; what is told beside the moves would add up to that here. */
function hearOnlyMoves(): void {
  const { destination } = world.kommo.hooks()[0]!;
  world.kommo.removeHook(destination);
  world.kommo.addHook({ destination, settings: ['status_lead'] });
}

afterAll(async () => {
  proxy?.onNewConnections('pass');
  proxy?.cut();
  await world?.close();
  await proxy?.close();
});

/** Deals that are moved while the database is troubled, looked at together at the end of the test. */
function win(count: number): void {
  deals.push(...moveDealsToWon(world, count));
}

const inactive = () => world.customerio.events('onboarding_inactive');

describe('connections to PostgreSQL', () => {
  it('that are frozen are given up within seconds, while new ones pass', async () => {
    win(4);
    await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
    await world.settled();
    // Now connections are idle, and the next webhook is given one of them.
    proxy.freeze();
    win(3);
    // Kommo's patience is shorter than a query's time; a report of Customer.io is stored by the next connection.
    const { kommo, customerio } = await probe(world);
    expect(kommo.status).toBe(503);
    expect(kommo.ms).toBeLessThan(PATIENCE_MS.kommo);
    expect(customerio.ms).toBeLessThan(PATIENCE_MS.customerio);
    expect(await untilAccepted(world)).toBeLessThan(6_000);
    await expectEachOnce(world, deals);
  });

  it('that are frozen within a transaction hold its locks for seconds, not until TCP gives them up', async () => {
    const held = await world.app.database.db.startTransaction().execute();
    await sql`lock table events in exclusive mode`.execute(held);
    proxy.freeze();
    win(1);
    await expectEachOnce(world, deals);
    await expect(held.rollback().execute()).rejects.toThrow();
  });

  it('that are frozen together with all new ones: 503 in time, and everything goes on afterwards', async () => {
    proxy.onNewConnections('freeze');
    proxy.freeze();
    win(3);
    expectRefused(await probe(world));
    expectRefused(await probe(world));
    proxy.onNewConnections('pass');
    expect(await untilAccepted(world)).toBeLessThan(12_000);
    await expectEachOnce(world, deals);
  });

  it('that are cut again and again, while answers get lost: nothing is lost or doubled', async () => {
    for (let round = 0; round < 8; round++) {
      win(2);
      const told = world.kommo.hookDeliveries().length;
      await world.kommo.waitFor(() => world.kommo.hookDeliveries().length > told);
      if (round % 2 === 0) proxy.mute();
      await probe(world);
      proxy.cut();
    }
    await expectEachOnce(world, deals);
  });

  it('that are refused for a while: 503 at once, and everything goes on afterwards', async () => {
    proxy.onNewConnections('refuse');
    proxy.cut();
    win(2);
    expectRefused(await probe(world));
    expect(proxy.open()).toBe(0);
    proxy.onNewConnections('pass');
    await untilAccepted(world);
    await expectEachOnce(world, deals);
  });

  it('that are frozen hold up no watch: one that runs out meanwhile fires within seconds', async () => {
    const outside = new PgBoss({ connectionString: databaseUrl, supervise: false, schedule: false });
    await outside.start();
    const { db } = world.app.database;
    const watch = await db.selectFrom('watches').select(['id', 'deal_id']).executeTakeFirstOrThrow();
    proxy.freeze();
    await outside.send('watch', { watchId: watch.id });
    const fired = await world.customerio.waitFor(() => inactive()[0], { timeoutMs: 25_000 });
    expect(fired).toMatchObject({ data: { deal_id: watch.deal_id } });
    await outside.stop({ graceful: false });
  });
});
