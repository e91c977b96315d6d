import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import type { DatabaseGuard } from '../../../src/store/database/identity/guard.ts';
import { DatabaseTooNew } from '../../../src/store/database/migrate.ts';
import { createDataFolderWithoutTables } from '../../support/database-templates.ts';
import { createPostgresDatabase, KINDS, type Store, storeOf } from '../../support/databases.ts';
import { exampleEnv } from '../../support/example-env.ts';
import { createLegacyDatabase, recordUnknownMigration } from '../../support/legacy-database.ts';
import { type Cast, writeLegacyWork } from '../../support/legacy-work.ts';
import { finish, spawnStagepost } from '../../support/stagepost-process.ts';
import { startWorld, type World } from '../../support/world.ts';

let folder: string;
let world: World | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-old-'));
  world = null;
});
afterEach(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function emptyStore(kind: string): Promise<Store> {
  if (kind === 'postgres') return { dataDir: null, databaseUrl: await createPostgresDatabase() };
  const dataDir = join(folder, 'data');
  await createDataFolderWithoutTables(dataDir);
  return { dataDir, databaseUrl: undefined };
}

describe.each(KINDS)('a database of an older Stagepost (%s)', (kind) => {
  it('is brought up to date, and all that was under way is delivered once', async () => {
    // The world begins on a store of its own: the old work speaks of its deals.
    const store = await storeOf('postgres');
    world = await startWorld({ store });
    const old = await emptyStore(kind);
    let deals!: Cast;
    await createLegacyDatabase(old, async (db, boss) => {
      deals = await writeLegacyWork(db, boss, world!);
    });
    Object.assign(store, old);
    await world.restart();

    const { kommo, customerio } = world;
    const inactive = () => customerio.events('onboarding_inactive');
    await customerio.waitFor(() => inactive().length > 0, { timeoutMs: 20_000 });
    await kommo.waitFor(() => world!.noteTexts(deals.heard).length === 2, { timeoutMs: 20_000 });
    await world.settled();

    const won = customerio.events('deal_won').map(({ data }) => Number(data.deal_id));
    const expected = [deals.heard, deals.typed, deals.hinted, deals.sending];
    expect(won.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    expect(inactive()).toMatchObject([{ data: { deal_id: deals.watched } }]);
    // The note about the campaign waits for Customer.io, the one about the open does not: either may come first.
    const notes = Object.entries(deals).map(([name, id]) => [name, world!.noteTexts(id).sort()]);
    const launched = "Campaign 'deal_won' launched in Customer.io";
    expect(Object.fromEntries(notes)).toEqual({
      heard: [launched, 'Client opened email (Welcome)'],
      typed: [launched],
      hinted: [launched],
      sending: ['from the old program'],
      ready: ['from the old program'],
      later: ['from the old program'],
      dead: [],
      watched: [],
    });
    expect(world.taskTexts(deals.watched)).toHaveLength(1);
    const open = await world.app.database.db
      .selectFrom('actions')
      .select(['deal_id', 'failure'])
      .where('state', '=', 'dead')
      .execute();
    expect(open).toEqual([{ deal_id: deals.dead, failure: 'permanent' }]);
  });
});

describe('a database that a newer Stagepost has had', () => {
  // To a guard of this version, the newer tables may look like an earlier state of the database.
  const guard = { check: () => Promise.reject(new Error('an earlier state')) } as unknown as DatabaseGuard;
  const refusal = async (store: Store): Promise<unknown> =>
    openDatabase({ ...store, guard, onError: () => {} }).catch((error) => error);

  it('is refused with the version that is needed, before it is compared with the one that was used last', async () => {
    const store = await storeOf('postgres');
    await asNewerVersion(store.databaseUrl!, '7.1.0');
    const error = await refusal(store);
    expect(error).toBeInstanceOf(DatabaseTooNew);
    expect((error as Error).message).toMatch(
      /has the change "999-of-tomorrow".*Run Stagepost 7\.1\.0 or newer, or restore a backup/,
    );
  });

  it('is refused by serve and the other commands with exit code 2', async () => {
    const { databaseUrl } = await storeOf('postgres');
    await asNewerVersion(databaseUrl!, '7.1.0');
    copyFileSync(
      join(import.meta.dirname, '../../../examples/stagepost.yaml'),
      join(folder, 'stagepost.yaml'),
    );
    const env = {
      ...exampleEnv({ url: 'http://127.0.0.1:9', token: 'token' }, null),
      DATABASE_URL: databaseUrl!,
    };
    const commands = ['serve --port 0', 'trace 5', 'backup x.backup', 'move --to ./moved --yes'];
    const ends = await Promise.all(
      commands.map((command) => finish(spawnStagepost(command.split(' '), { folder, env }))),
    );
    const refused = { code: 2, err: expect.stringContaining('Run Stagepost 7.1.0 or newer') };
    expect(ends).toEqual(commands.map(() => expect.objectContaining(refused)));
  });

  it('says what to do where that version has left no number', async () => {
    const store = await emptyStore('postgres');
    await createLegacyDatabase(store, (db) => recordUnknownMigration(db, '999-of-tomorrow'));
    expect(((await refusal(store)) as Error).message).toMatch(/Run the newer Stagepost, or restore/);
  });
});

/** As a later version would have migrated it. */
async function asNewerVersion(databaseUrl: string, version: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`insert into kysely_migration values ('999-of-tomorrow', now()::text)`);
  await client.query(`comment on table kysely_migration is '${version}'`);
  await client.end();
}
