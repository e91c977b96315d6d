import { systemClock } from 'pg-boss';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConnectionCoordinator } from '../../src/cluster/coordinator.ts';
import type { OpenClients } from '../../src/cluster/leased-clients.ts';
import { type ConnectionConfig, loadStoredConnection } from '../../src/config/index.ts';
import { ConnectionSet } from '../../src/connections/connection-set.ts';
import { HealthMonitor } from '../../src/health/monitor.ts';
import { readHealth } from '../../src/health/recent-health.ts';
import type { Database } from '../../src/store/database/database.ts';
import { openTestDatabase } from '../support/databases.ts';

/* A connection is changed or removed while work of it is under way: nobody else may run it before that has ended. */

const named = (name: string) => ({ name, origin: { kind: 'file' } }) as ConnectionConfig;

let database: Database;
let connections: ConnectionSet;
let coordinator: ConnectionCoordinator;
/** Ends the work under way: the closing of the clients. */
let ended: PromiseWithResolvers<void>;
/** How many clients were opened for the connection. */
let opened: number;
beforeEach(async () => {
  database = await openTestDatabase('postgres');
  connections = new ConnectionSet([named('acme')]);
  ended = Promise.withResolvers();
  opened = 0;
  coordinator = new ConnectionCoordinator({
    ...{ database, leaseDb: database.db, clock: systemClock, connections, instance: 'one' },
    log: pino({ level: 'silent' }),
    onProcesses: () => {},
    setupOf: ({ name }) => ({
      ...{ name, openClients, rulesNeededAtStart: false, isPaused: false, readsDirectory: false },
      loadRules: async () => {
        throw new Error('The rules are not valid.');
      },
    }),
  });
  await coordinator.start();
});
afterEach(async () => {
  ended.resolve();
  await coordinator.stop();
  await database.close();
});

const openClients = (() => {
  opened += 1;
  const close = () => ended.promise;
  return { kommo: { close }, track: { close }, app: null };
}) as unknown as OpenClients;

async function owner(): Promise<string | null> {
  const row = await database.db
    .selectFrom('connections')
    .select('owner')
    .where('connection', '=', 'acme')
    .executeTakeFirstOrThrow();
  return row.owner;
}

/** Resolves after two more renewals of the leases: what the first one gives back, the second one releases. */
async function twoRenewals(): Promise<void> {
  for (let count = 0; count < 2; count++) {
    const aliveUntil = async () => {
      const row = await database.db.selectFrom('instances').select('alive_until').executeTakeFirstOrThrow();
      return row.alive_until;
    };
    const before = await aliveUntil();
    coordinator.onNotification({ type: 'leases_changed' });
    await expect.poll(aliveUntil).toBeGreaterThan(before);
  }
}

it('the lease of a removed connection is released only when its work has ended', async () => {
  const removed = connections.remove('acme');
  await twoRenewals();
  expect(await owner()).toBe('one');
  ended.resolve();
  await removed;
  expect(await owner()).toBeNull();
});

it('a changed connection runs again only when the work of the old one has ended', async () => {
  const replaced = connections.replace(named('acme'));
  // Its lease is lost and taken again, as after an outage of the database.
  await database.db.updateTable('connections').set({ owner: 'two', owner_until: 1 }).execute();
  await twoRenewals();
  await expect.poll(owner).toBe('one');
  expect(opened).toBe(1);
  ended.resolve();
  await replaced;
  await expect.poll(() => opened).toBe(2);
});

it('a process that stops while a connection is changed waits for the end of the old one', async () => {
  void connections.replace(named('acme'));
  const stopped = coordinator.stop().then(() => 'stopped');
  await expect
    .poll(async () => (await database.db.selectFrom('instances').selectAll().execute()).length)
    .toBe(0);
  expect(await owner()).toBe('one');
  ended.resolve();
  expect(await stopped).toBe('stopped');
  expect(await owner()).toBeNull();
});

it('a connection that is removed while it is judged does not keep the judgements of others from being stored', async () => {
  const monitor = new HealthMonitor({
    ...{ db: async () => database.db, publicUrl: () => null, dataDir: null, databaseSizeLimit: null },
    unreadable: () => [],
    now: Date.now,
    times: { judgeEveryMs: 60_000, firstProbeMs: 60_000 },
    onError: () => {},
  });
  const watched = (name: string, remove: string | null) => ({
    config: configOf(name),
    run: () => ({ state: 'waiting' as const, reason: 'Kommo does not answer.' }),
    clients: () => null,
    grant: () => null,
    catalog: () => null,
    async rules() {
      if (remove !== null) monitor.remove(remove);
      return { rules: { stages: [], reactions: [], inactivity: [] } as never, version: null };
    },
  });
  monitor.add(watched('acme', null));
  monitor.add(watched('beta', 'acme'));
  monitor.start();
  await expect.poll(() => monitor.hasJudged).toBe(true);
  await monitor.stop();
  expect([...(await readHealth(database.db, ['acme', 'beta'])).keys()]).toEqual(['beta']);
});

function configOf(name: string): ConnectionConfig {
  const settings = { kommo: { url: `https://${name}.kommo.com` }, customerio: { site_id: 'site' } };
  const kommo = { token: 'token', webhook_secret: '0123456789abcdef' };
  const loaded = loadStoredConnection(name, {
    settings,
    secrets: { kommo, customerio: { api_key: 'key', signing_key: 'signing' } },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
