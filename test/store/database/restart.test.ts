import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/store/database/notifications.ts';
import {
  expectEachOnce,
  expectRefused,
  moveDealsToWon,
  probe,
  until,
  untilAccepted,
} from '../../support/outage.ts';
import { type PostgresServer, startPostgresServer } from '../../support/postgres-server.ts';
import { startWorld, type World } from '../../support/world.ts';

let postgres: PostgresServer;
let world: World;

beforeAll(async () => {
  postgres = await startPostgresServer();
  world = await startWorld({
    store: { dataDir: null, databaseUrl: postgres.url },
    // The watches run out while the database is away.
    config: (yaml) => yaml.replace('after: 5d', 'after: 3s'),
    // Kommo comes again after 5 minutes: 1.5 s here.
    kommo: { timeScale: 200, latencyMs: 30 },
    customerio: { timeScale: 20, latencyMs: 30 },
  });
});

afterAll(async () => {
  await world?.close();
  await postgres?.remove();
});

describe('PostgreSQL restarted while work is in flight', () => {
  it('refuses webhooks in time meanwhile, and afterwards brings everything once', async () => {
    const before = moveDealsToWon(world, 12);
    await world.kommo.waitFor(() => before.some((deal) => world.noteTexts(deal).length > 0));
    await postgres.stop();
    const during = moveDealsToWon(world, 6);
    expectRefused(await probe(world));
    await postgres.start();
    await untilAccepted(world);
    const after = moveDealsToWon(world, 6);
    await expectEachOnce(world, [...before, ...during, ...after]);
  });

  it('fires the watches that ran out meanwhile', { timeout: 120_000 }, async () => {
    const inactive = () => world.customerio.events('onboarding_inactive').length;
    const all = await world.app.database.db.selectFrom('watches').select('id').execute();
    // What was fetched when the server stopped comes again when the queue has looked for it, within 75 s.
    await world.customerio.waitFor(() => inactive() === all.length, { timeoutMs: 80_000 });
    await world.settled();
    expect(inactive()).toBe(24);
  });

  it('hears other processes again', async () => {
    const heard: Notification[] = [];
    world.app.database.onNotification((notification) => heard.push(notification));
    const sent: Notification = { type: 'work_stored', connection: 'from-another' };
    const other = new pg.Client({ connectionString: postgres.url });
    await other.connect();
    await until(async () => {
      await other.query(`select pg_notify('stagepost_wake', $1)`, [JSON.stringify(sent)]);
      return heard.some((notification) => isDeepStrictEqual(notification, sent));
    }, 'a notification of another process is heard');
    await other.end();
  });
});
