import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { DataUnusable } from '../../../src/store/database/embedded/data-folder.ts';
import { createDataFolderWithoutTables } from '../../support/database-templates.ts';
import { createPostgresDatabase, KINDS, type Store, storeOf } from '../../support/databases.ts';
import { createLegacyDatabase, recordUnknownMigration } from '../../support/legacy-database.ts';
import { type Cast, writeLegacyWork } from '../../support/legacy-work.ts';
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

it('a database that a newer Stagepost has had is refused with what to do', async () => {
  const store = await emptyStore('postgres');
  await createLegacyDatabase(store, (db) => recordUnknownMigration(db, '999-of-tomorrow'));
  const refusal: unknown = await openDatabase({ ...store, onError: () => {} }).catch((error) => error);
  expect(refusal).toBeInstanceOf(DataUnusable);
  expect((refusal as Error).message).toMatch(
    /A newer Stagepost has migrated this database: it has the change "999-of-tomorrow".*Run the newer Stagepost again, or restore/,
  );
});
