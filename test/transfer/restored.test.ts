import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeadLetters } from '../../src/failures/dead-letters.ts';
import { createHolds, type Holds } from '../../src/holds/holds.ts';
import { prepareProfileChange } from '../../src/pipeline/deliver/customerio/profile-changes.ts';
import type { Database } from '../../src/store/database/database.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { backUp } from '../../src/transfer/backup.ts';
import { restore } from '../../src/transfer/restore.ts';
import { createPostgresDatabase, KINDS, openTestDatabase, storeOf } from '../support/databases.ts';
import {
  contactEdited,
  createPlanningRig,
  DEMO,
  moved,
  NEW_LEAD,
  type PlanningRig,
  T,
} from '../support/planning-rig.ts';
import { startWorld, type World } from '../support/world.ts';

describe.each(KINDS)('stage changes of before a restore (%s)', (kind) => {
  let database: Database;
  let rig: PlanningRig;
  let holds: Holds;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    rig = await createPlanningRig(database);
    rig.restored(100);
    holds = createHolds({
      database: { db: database.db, notify: () => {} },
      ...{ connections: [rig.name], actor: COMMANDS, now: () => (T + 200) * 1_000 },
    });
    for (const id of [1, 2, 3]) {
      rig.putDeal(id, [id]);
      rig.putContact(id, `c${id}@example.com`);
    }
  });
  const list = () => holds.list({ decided: false });
  const unsure = async () =>
    (
      await database.db
        .selectFrom('actions')
        .select(['kind', 'failure', 'sent_at'])
        .where('connection', '=', rig.name)
        .orderBy('id')
        .execute()
    ).filter(({ failure }) => failure !== null);

  it('are held where neither side shows whether they were sent, one hold for each stage', async () => {
    await rig.store([moved(1, 10), moved(2, 20), moved(3, 30, DEMO)]);
    await rig.plan(101);
    expect(await rig.sent()).toEqual([]);
    expect(await list()).toMatchObject([
      { cause: 'restored', stageId: DEMO, held: 1 },
      { cause: 'restored', stageId: NEW_LEAD, held: 2, firstAt: T + 10, lastAt: T + 20 },
    ]);
    expect((await rig.moves())[0]!.reason).toMatch(
      /^The event is held until somebody decides on the page Held deals: the database was restored from a backup of 2026-\d\d-\d\d \d\d:\d\d UTC, and this may have been sent already\.$/,
    );
  });

  it('are sent once somebody decides so, and their notes are searched for before they are written', async () => {
    await rig.store([moved(1, 10)]);
    await rig.plan(101);
    const [hold] = await list();
    await holds.send(hold!.id, {}, 'now');
    await rig.plan(300);
    expect(await rig.sent()).toEqual(['lead_created 300', 'Sent lead_created']);
    expect(await unsure()).toEqual([{ kind: 'note', failure: 'unknown', sent_at: (T + 10) * 1_000 }]);
    expect(await list()).toEqual([]);
  });

  it('whose note is on the deal are planned without their event', async () => {
    rig.putNote(1, 'Sent lead_created');
    await rig.store([moved(1, 10), moved(2, 20)]);
    await rig.plan(101);
    expect(await rig.states()).toEqual(['planned', 'held']);
    expect(await rig.sent()).toEqual(['Sent lead_created']);
  });

  it('are not taken for sent by the note of an earlier event of the deal that is still open', async () => {
    await rig.store([moved(1, 10)]);
    await rig.plan(101);
    const [hold] = await list();
    await holds.send(hold!.id, {}, 'move');
    await rig.plan(300);
    // The lost database has written it, and this one has not looked for it yet.
    rig.putNote(1, 'Sent lead_created');
    await rig.store([moved(1, 90)]);
    await rig.plan(301);
    expect(await rig.states()).toEqual(['planned', 'held']);
  });

  it('do not hold what happens afterwards', async () => {
    await rig.store([moved(1, 10), moved(2, 101)]);
    await rig.plan(102);
    expect(await rig.states()).toEqual(['held', 'planned']);
    expect(await rig.sent()).toEqual(['lead_created 101', 'Sent lead_created']);
    expect(await unsure()).toEqual([]);
  });
});

describe.each(KINDS)('what is still to be sent to a client whose email changes (%s)', (kind) => {
  let database: Database;
  let rig: PlanningRig;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    rig = await createPlanningRig(database);
    rig.putDeal(1, [1]);
    rig.putContact(1, 'former@example.com');
    await rig.store([moved(1, 10)]);
    await rig.plan(11);
  });

  const changeEmail = async (second: number) => {
    rig.putContact(1, 'present@example.com');
    await rig.store([contactEdited(1, second)], second);
    await rig.plan(second + 1);
  };
  /** The actions in the order of their delivery. */
  const actions = async () => {
    const { rows } = await sql<{ text: string }>`
      select kind || ' ' || coalesce(payload->>'person', '') || ' ' || state || coalesce(' after ' || (
          select b.kind || ' ' || (b.payload->>'person') from actions b where b.id = a.after_id), '') as text
      from actions a where connection = ${rig.name} order by id
    `.execute(database.db);
    return rows.map(({ text }) => text);
  };
  const settle = (state: string) =>
    sql`update actions set state = ${state}, done_at = ${T * 1_000} where connection = ${rig.name}`.execute(
      database.db,
    );

  it('after a restore goes to the profile that the client has now, once that is there', async () => {
    rig.restored(100);
    await changeEmail(101);
    expect(await actions()).toEqual([
      'identify former@example.com dropped',
      'track former@example.com dropped after identify former@example.com',
      'note  waiting after track present@example.com',
      'change_email present@example.com ready',
      'identify present@example.com ready',
      'merge present@example.com waiting after identify present@example.com',
      'identify present@example.com ready',
      'track present@example.com waiting after identify present@example.com',
    ]);
  });

  it('whose former address only the lost database had goes to the profile of that address, under its new name', async () => {
    rig.restored(100);
    rig.putDeal(2, [2]);
    rig.putContact(2, 'present2@example.com');
    const edited = { ...contactEdited(2, 50), formerAddresses: ['former2@example.com'] };
    await rig.store([edited, moved(2, 101)], 101);
    await rig.plan(102);
    expect((await actions()).slice(-5)).toEqual([
      'change_email present2@example.com ready',
      'identify present2@example.com ready',
      'merge present2@example.com waiting after identify present2@example.com',
      'track present2@example.com waiting after identify present2@example.com',
      'note  waiting after track present2@example.com',
    ]);
  });

  it('after a restore goes before what has happened since', async () => {
    rig.restored(100);
    rig.putContact(1, 'present@example.com');
    await rig.store([contactEdited(1, 101), moved(1, 102, DEMO)], 102);
    await rig.plan(103);
    expect((await actions()).slice(-4)).toEqual([
      'identify present@example.com ready',
      'track present@example.com waiting after identify present@example.com',
      'identify present@example.com ready',
      'track present@example.com waiting after identify present@example.com',
    ]);
    expect((await rig.sent()).slice(-2)).toEqual(['lead_created 10', 'demo_scheduled 102']);
  });

  it('without a restore goes to the former profile before that is renamed', async () => {
    await changeEmail(101);
    expect((await actions()).slice(0, 2)).toEqual([
      'identify former@example.com ready',
      'track former@example.com waiting after identify former@example.com',
    ]);
  });

  it('and was refused goes to the present profile when it is replayed', async () => {
    await settle('dead');
    await changeEmail(101);
    const { rows } = await sql<{ id: number }>`
      select id from actions where connection = ${rig.name} and state = 'dead'
    `.execute(database.db);
    const letters = createDeadLetters({
      database: { db: database.db, notify: () => {} },
      ...{ connections: [{ name: rig.name, requestsPerSecond: 7 }], actor: COMMANDS, now: () => T * 1_000 },
    });
    await letters.replay({ ids: rows.map(({ id }) => id) });
    expect((await actions()).slice(0, 3)).toEqual([
      'identify present@example.com ready',
      'track present@example.com waiting after identify present@example.com',
      'note  waiting after track present@example.com',
    ]);
  });

  it('is not overtaken by the merge of the former profile, which would find nothing', async () => {
    await changeEmail(101);
    const merge = { kind: 'merge', person: 'present@example.com', from: 'former@example.com' } as const;
    const connection = { name: rig.name, app: null };
    const prepare = () => prepareProfileChange(merge, { db: database.db, connection, attempts: 0 });
    await expect(prepare()).rejects.toThrow(/former@example.com first/);
    await settle('done');
    expect(await prepare()).toEqual({ action: merge });
  });
});

/** It takes ten seconds until what may have been sent before is decided, and each look at all deals costs ten statements. */
const SLOWLY = { interval: 500 };

describe('a backup of a moment of work, restored after more work', () => {
  let folder: string;
  let world: World;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stagepost-restored-'));
  });
  afterEach(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function playAndRestore(appKey: boolean): Promise<{ known: number[]; away: number }> {
    const { databaseUrl } = await storeOf('postgres');
    const store = { dataDir: join(folder, 'data'), databaseUrl };
    world = await startWorld({ store, appKey });
    const known = Array.from({ length: 6 }, () => world.deal().id);
    for (const id of known.slice(0, 4)) world.move(id, 'Closed - won');
    await world.customerio.waitFor(() => world.customerio.events('deal_won').length > 0);
    const file = join(folder, 'work.backup');
    const place = { from: { url: databaseUrl! }, file, now: Date.now, onProgress: () => {} };
    await backUp(place);
    // What the lost database does after its backup.
    for (const id of known.slice(4)) world.move(id, 'Closed - won');
    await world.kommo.waitFor(() => known.every((id) => world.noteTexts(id).length === 1));
    await world.settled();
    const away = world.deal().id;
    await world.restart(async () => {
      const url = await createPostgresDatabase();
      await restore({ file, to: { url }, now: Date.now, onProgress: () => {} });
      store.databaseUrl = url;
      world.move(away, 'Closed - won');
    });
    return { known, away };
  }

  const eventsOf = (dealId: number) =>
    world.customerio.events('deal_won').filter(({ data }) => data.deal_id === dealId).length;
  /** Events and notes of each deal. */
  const sentFor = (ids: number[]) => ids.map((id) => [eventsOf(id), world.noteTexts(id).length]);
  const planned = async (ids: number[]) => {
    const states = await Promise.all(
      ids.map(async (id) =>
        (await world.trace(id)).filter((event) => event.kind === 'deal_moved' && event.state !== 'new'),
      ),
    );
    return states.every((moves) => moves.some(({ reason }) => reason === null || /held/.test(reason)));
  };

  it('sends nothing twice, and what was not sent once, by Customer.io’s log', async () => {
    const { known, away } = await playAndRestore(true);
    await expect.poll(() => planned([...known, away]), SLOWLY).toBe(true);
    await world.kommo.waitFor(() => world.noteTexts(away).length === 1);
    await world.settled();
    expect(sentFor([...known, away])).toEqual([...known, away].map(() => [1, 1]));
    const open = await createHolds({
      database: world.app.database,
      connections: ['acme'],
      actor: COMMANDS,
      now: Date.now,
    }).list({ decided: false });
    expect(open).toEqual([]);
  });

  it('without an App API key, holds what no note shows until somebody decides', async () => {
    const { known, away } = await playAndRestore(false);
    await expect.poll(() => planned([...known, away]), SLOWLY).toBe(true);
    await world.settled();
    expect(sentFor(known)).toEqual(known.map(() => [1, 1]));
    expect(sentFor([away])).toEqual([[0, 0]]);
    const holds = createHolds({
      database: world.app.database,
      connections: ['acme'],
      actor: COMMANDS,
      now: Date.now,
    });
    const [hold] = await holds.list({ decided: false });
    expect(hold).toMatchObject({ cause: 'restored', held: 1, sample: [away] });
    await holds.send(hold!.id, {}, 'move');
    await world.kommo.waitFor(() => world.noteTexts(away).length === 1);
    await world.settled();
    expect(sentFor([...known, away])).toEqual([...known, away].map(() => [1, 1]));
  });
});
