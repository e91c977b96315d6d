import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/domain/entities.ts';
import { addActions } from '../../src/store/actions/actions.ts';
import { createCatalogStore } from '../../src/store/connections/catalog.ts';
import { connectionsWithWork } from '../../src/store/connections/due-work.ts';
import { inLeasedTransaction } from '../../src/store/connections/leased-transaction.ts';
import { createLeaseStore } from '../../src/store/connections/leases.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { addIncompleteMoves, postponeIncompleteMove } from '../../src/store/events/moves.ts';
import { postponeEvents } from '../../src/store/events/postpone-events.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { addRuleVersion } from '../../src/store/rule-versions.ts';
import { SYSTEM } from '../../src/store/users/actor.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const NOW = 1_700_000_000_000;
let runs = 0;

describe.each(KINDS)('on %s', (kind) => {
  let database: Database;
  let names: string[];
  let fleet: string;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    runs += 1;
    fleet = `fleet ${runs}`;
    names = ['a', 'b', 'c'].map((letter) => `${letter}${runs}`);
    await storeOf('one').prepare(names);
    await database.db.deleteFrom('instances').execute();
    await database.db.updateTable('connections').set({ owner: null }).execute();
  });

  const storeOf = (instance: string) => createLeaseStore(database.db, instance);
  const heartbeat = (instance: string, connections = names) =>
    storeOf(instance).heartbeat(fleet, connections);
  const take = async (instance: string, limit = names.length) =>
    (await storeOf(instance).take(names, { limit })).map(({ connection }) => connection);
  const expire = () =>
    database.db.updateTable('connections').set({ owner_until: 1 }).where('connection', 'in', names).execute();
  const until = async (connection: string) =>
    (
      await database.db
        .selectFrom('connections')
        .select('owner_until')
        .where('connection', '=', connection)
        .executeTakeFirstOrThrow()
    ).owner_until;

  describe('a heartbeat', () => {
    it('renews what is its own, and nothing else', async () => {
      await take('one', 2);
      await take('two');
      await expire();
      expect((await heartbeat('one')).renewed.toSorted()).toEqual(names.slice(0, 2));
    });

    it('renews all of them to the same moment', async () => {
      await take('one');
      const beat = await heartbeat('one');
      expect(await Promise.all(names.map(until))).toEqual(names.map(() => beat.until));
    });

    it('lists the other instances with how much they run, without those that have ended or died', async () => {
      await storeOf('two').take(names.slice(1));
      for (const other of ['two', 'ended', 'died']) await heartbeat(other, []);
      await storeOf('ended').removeInstance();
      await database.db
        .updateTable('instances')
        .set({ alive_until: 1 })
        .where('instance', '=', 'died')
        .execute();
      const { others } = await heartbeat('one');
      expect(others).toEqual([{ instance: 'two', fleet, runs: 2, left: expect.any(Number) }]);
    });
  });

  it('takes no more than the limit, and nothing that another instance runs', async () => {
    expect(await take('one', 2)).toHaveLength(2);
    expect(await take('two')).toHaveLength(1);
    expect(await take('three')).toEqual([]);
  });

  it('does not release a lease that was taken anew since', async () => {
    await take('one');
    // Each row has its own moment.
    const before = Math.max(...(await Promise.all(names.map(until))));
    await storeOf('one').take([names[0]!], { until: before + 1 });
    await storeOf('one').release(names, before);
    expect(await take('two')).toEqual(names.slice(1));
  });

  // The embedded database has one session: nothing is locked while something else runs.
  it.runIf(kind === 'postgres')(
    'a decision that is being written holds up the renewal of no other lease',
    async () => {
      await take('one');
      const [busy, ...others] = names as [string, ...string[]];
      let alone: Promise<boolean> = Promise.resolve(false);
      await inLeasedTransaction(database.db, { name: busy, owner: 'one' }, 'exclusive', async () => {
        const beat = await heartbeat('one');
        expect(beat.renewed.toSorted()).toEqual(others);
        alone = storeOf('one').renew(busy, beat.until);
      });
      expect(await alone).toBe(true);
    },
  );

  it('a lease that another instance has taken is not renewed', async () => {
    await take('one');
    await expire();
    await take('two');
    expect(await storeOf('one').renew(names[0]!, NOW)).toBe(false);
  });

  it('a takeover goes on with the stored catalog, a start does not', async () => {
    const [name] = names as [string];
    await take('one');
    const catalogs = createCatalogStore(database.db, name, () => NOW);
    const catalog: Catalog = {
      account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
      ...{ pipelines: [], dealFields: [], contactFields: [], companyFields: [], users: [] },
    };
    await catalogs.save(catalog, 'this configuration');
    await expire();
    await take('two');
    expect(await catalogs.loadFor('this configuration')).toEqual(catalog);
    expect(await catalogs.loadFor('another configuration')).toBeNull();
    await storeOf('two').take([name], { forgetCatalogs: true });
    expect(await catalogs.loadFor('this configuration')).toBeNull();
  });

  describe('connections with work', () => {
    const due = (rulesVersion: number | null) =>
      connectionsWithWork(
        database.db,
        names.map((connection) => ({ connection, rulesVersion })),
        NOW,
      );
    const withWork = async () => (await due(null)).map(({ connection }) => connection).toSorted();

    it('or with newer rules than those they run by', async () => {
      const version = { text: '', note: null, connection: names[1]!, basedOn: 0 };
      await addRuleVersion(database.db, version, { actor: SYSTEM, at: NOW });
      const newer = { connection: names[1], hasWork: false, hasNewRules: true };
      expect(await due(0)).toEqual([newer]);
      expect(await due(1)).toEqual([]);
      expect(await due(null)).toEqual([]);
    });

    it('none, where nothing is open', async () => {
      expect(await withWork()).toEqual([]);
    });

    it('have a request that nobody has understood', async () => {
      const request = { source: 'kommo' as const, receivedAt: NOW, headers: {}, body: Buffer.from('') };
      await storeRequests(database.db, [{ ...request, connection: names[1]! }]);
      expect(await withWork()).toEqual([names[1]]);
    });

    it('have an event to plan, if it was not put off', async () => {
      const event = { kind: 'deal_deleted' as const, dealId: 1, occurredAt: 1 };
      const rows = names.map((connection) => ({
        ...{ connection, key: 'k', event, name: null, person: null, inboxIds: [] },
      }));
      for (const row of rows.slice(0, 2)) await addEvents(asLeased(database.db), [row], NOW);
      const [first] = await database.db
        .selectFrom('events')
        .select('id')
        .where('connection', '=', names[0]!)
        .execute();
      await postponeEvents(asLeased(database.db), [first!.id], NOW + 1);
      expect(await withWork()).toEqual([names[1]]);
    });

    it('have a move to look up, if its time has come', async () => {
      for (const connection of names.slice(0, 2))
        await addIncompleteMoves(asLeased(database.db), [{ connection, inbox_id: 1, report: {} }]);
      const [first] = await database.db
        .selectFrom('untimed_moves')
        .select('id')
        .where('connection', '=', names[0]!)
        .execute();
      await postponeIncompleteMove(asLeased(database.db), first!.id, 1, NOW + 1);
      expect(await withWork()).toEqual([names[1]]);
    });

    it('have an action to deliver, if it is ready and due', async () => {
      const note = (connection: string) => ({
        ...{ connection, lane: 'kommo' as const, event_id: 1, subject: 'deal:1', deal_id: 1 },
        ...{ payload: { kind: 'note' as const, dealId: 1, text: 'Hello' }, ulid: 'unused', after: null },
      });
      for (const name of names) await addActions(asLeased(database.db), [note(name)], NOW);
      const set = (connection: string, values: { state?: 'done'; next_attempt_at?: number }) =>
        database.db.updateTable('actions').set(values).where('connection', '=', connection).execute();
      await set(names[0]!, { state: 'done' });
      await set(names[2]!, { next_attempt_at: NOW + 1 });
      expect(await withWork()).toEqual([names[1]]);
    });
  });
});
