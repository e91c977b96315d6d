import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import pg from 'pg';
import { type Clock, systemClock } from 'pg-boss';
import { it } from 'vitest';
import type { AccountContents } from '../../../simulators/kommo/types.ts';
import { openEmbedded } from '../../../src/store/database/embedded/embedded.ts';
import { createDataFolderWithoutTables } from '../../support/database-templates.ts';
import {
  createPostgresDatabase,
  type Kind,
  removeStore,
  type Store,
  storeOf,
} from '../../support/databases.ts';
import { startWorld } from '../../support/world.ts';

/** As make-work.ts has written it, with the dump of the database. */
interface Fixture {
  /** ms. */
  madeAt: number;
  deals: Record<'done' | 'watched' | 'sending' | 'planning' | 'received', number>;
  account: AccountContents;
  sql: string;
}

function readFixture(version: string): Fixture {
  const packed = readFileSync(join(import.meta.dirname, `${version}.json.br`));
  return JSON.parse(brotliDecompressSync(packed).toString());
}

/** The database as the old version left it. */
async function writeDatabase(kind: Kind, sql: string): Promise<Store> {
  if (kind === 'postgres') {
    const databaseUrl = await createPostgresDatabase();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(sql);
    await client.end();
    return { dataDir: null, databaseUrl };
  }
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-upgrade-'));
  await createDataFolderWithoutTables(folder);
  const pglite = await openEmbedded(join(folder, 'db'));
  await pglite.exec(sql);
  await pglite.close();
  return { dataDir: folder, databaseUrl: undefined };
}

/** The time goes on eleven minutes after the old version was killed: its timers of ten minutes have run out. */
function clockAfter(madeAt: number): Clock {
  const behind = Date.now() - (madeAt + 11 * 60_000);
  return { ...systemClock, now: () => Date.now() - behind };
}

// Each version on PostgreSQL; on the embedded database the oldest one, which has the most to migrate. All at the same time,
// since most of each is waiting for the intervals of the queue.
it.concurrent.for<[string, Kind]>([
  ['013', 'postgres'],
  ['019', 'postgres'],
  ['025', 'postgres'],
  ['013', 'embedded'],
])(
  'a database with migrations up to %s (%s) is migrated, and its work in flight is done once',
  async ([version, kind], { expect, onTestFinished }) => {
    const { madeAt, deals, account, sql } = readFixture(version);
    const clock = clockAfter(madeAt);
    // The world begins on a store of its own, so that Kommo has the account before the old database is opened.
    const store = await storeOf('postgres');
    const world = await startWorld({
      store,
      clock,
      kommo: { now: clock.now },
      customerio: { now: clock.now },
      config: (yaml) => yaml.replace('after: 5d', 'after: 10m'),
    });
    onTestFinished(() => world.close().finally(() => removeStore(store)));
    const { kommo, customerio } = world;
    kommo.load(account);
    const old = await writeDatabase(kind, sql);
    await world.restart(async () => {
      Object.assign(store, old);
    });

    const dealsOf = (event: string) =>
      customerio
        .events(event)
        .map(({ data }) => Number(data.deal_id))
        .sort();
    const unfinished = [deals.sending, deals.planning, deals.received];
    // Nobody but the client of `done` has opened an email within the ten minutes.
    const inactive = [deals.watched, ...unfinished];
    const patience = { timeoutMs: 60_000 };
    await customerio.waitFor(() => dealsOf('onboarding_inactive').length === inactive.length, patience);
    await kommo.waitFor(() => inactive.every((deal) => world.taskTexts(deal).length > 0), patience);
    await world.settled();

    expect(dealsOf('deal_won')).toEqual(unfinished);
    expect(dealsOf('onboarding_inactive')).toEqual(inactive);
    const count = (texts: (deal: number) => string[]) =>
      Object.fromEntries(Object.entries(deals).map(([name, deal]) => [name, texts(deal).length]));
    expect(count(world.noteTexts)).toEqual({ done: 0, watched: 0, sending: 1, planning: 1, received: 1 });
    expect(count(world.taskTexts)).toEqual({ done: 0, watched: 1, sending: 1, planning: 1, received: 1 });
  },
);
