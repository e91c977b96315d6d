import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../src/store/database/database.ts';
import { backupCopyOf } from '../../../src/store/database/embedded/backup-copies.ts';
import { makeCheckpoint } from '../../../src/store/database/embedded/checkpoints.ts';
import { removeStore, type Store, storeOf } from '../../support/databases.ts';

const MB = 1024 * 1024;

describe('the write-ahead log of the embedded database', () => {
  let store: Store;
  let database: Database;
  beforeAll(async () => {
    store = await storeOf('embedded');
    database = await openDatabase({ ...store, onError: (error) => Promise.reject(error) });
    await sql`create table filler (content text)`.execute(database.db);
  });
  afterAll(async () => {
    await database.close();
    removeStore(store);
  });

  const write = (megabytes: number) =>
    sql`insert into filler select repeat('x', 1000) from generate_series(1, ${megabytes * 1_000}::int)`.execute(
      database.db,
    );
  const isDue = () => makeCheckpoint(database.db, store.dataDir!, MB);
  const segments = () =>
    readdirSync(join(store.dataDir!, 'db/pg_wal')).filter((name) => name.length === 24).length;

  it('has a checkpoint when it has grown long, and none before', async () => {
    await isDue();
    expect(await isDue()).toBe(false);
    await write(2);
    expect(await isDue()).toBe(true);
    expect(await isDue()).toBe(false);
  });

  it('has none while a backup copies the files', async () => {
    const copy = backupCopyOf(store.dataDir!);
    mkdirSync(copy);
    await write(2);
    expect(await isDue()).toBe(false);
    rmSync(copy, { recursive: true });
    expect(await isDue()).toBe(true);
  });

  it('gives back the files of an hour of heavy load', async () => {
    for (let part = 0; part < 12; part++) await write(10);
    expect(segments()).toBeGreaterThan(7);
    await isDue();
    expect(segments()).toBeLessThan(7);
  });
});
