import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entriesOfReport } from '../../src/domain/consent/entries-of-report.ts';
import { addEntries, entriesNamed } from '../../src/store/consent/ledger.ts';
import { asStored, type Database, jsonText, openDatabase } from '../../src/store/database/database.ts';
import { DataInUse, lockData, lockHolder } from '../../src/store/database/embedded/data-lock.ts';
import { gatherStatistics, outgrownTables } from '../../src/store/database/statistics-queries.ts';
import { startUpkeep } from '../../src/store/database/upkeep.ts';
import { addEvents, type NewEvent } from '../../src/store/events/events.ts';
import { newRequests, storeRequests } from '../../src/store/inbox.ts';
import { removePersonalData } from '../../src/store/retention/personal-data.ts';
import { insertWatches } from '../../src/store/watches.ts';
import { createPostgresDatabase, KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';
import { releaseLease, takeLease } from '../support/leases.ts';

const fail = (error: unknown) => {
  throw error;
};

describe.each(KINDS)('the store (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  it('gives a JSON value back in the order that is foretold', async () => {
    const nested = { zz: 'x\0', é: 2, b: 3, 10: 4, 9: 5 };
    const value = { bb: 1, a: nested, '😀': [{ y: 1, xx: 2, x: 3 }], abc: null };
    const stored = sql<{ value: object }>`select ${jsonText(value)}::jsonb as value`;
    const { rows } = await stored.execute(database.db);
    expect(JSON.stringify(asStored(value))).toBe(JSON.stringify(rows[0]!.value));
  });

  it('reads 64-bit integers as numbers, alone and in lists', async () => {
    const { rows } = await sql`select 7::bigint as one, '{7,8}'::bigint[] as several`.execute(database.db);
    expect(rows).toEqual([{ one: 7, several: [7, 8] }]);
  });

  it('keeps a request byte for byte', async () => {
    const body = Buffer.from([0, 255, 10, 13, 39, 92]);
    const request = {
      connection: 'bytes',
      source: 'kommo',
      receivedAt: 5,
      headers: { 'content-type': 'x' },
      body,
    } as const;
    await storeRequests(database.db, [request]);
    const [row] = (await newRequests(database.db, 'bytes', 10, 1_000_000)).requests;
    expect(Buffer.from(row!.body!).equals(body)).toBe(true);
    expect(row).toMatchObject({ headers: { 'content-type': 'x' }, received_at: 5, state: 'new' });
  });

  it('knows an event by its key, however often it is added', async () => {
    const event = {
      connection: 'keys',
      key: 'created:5',
      event: { kind: 'deal_deleted', dealId: 5, occurredAt: 1 },
      name: null,
      person: null,
    } as const;
    const first = await addEvents(asLeased(database.db), [{ ...event, inboxIds: [1] }], 1);
    const second = await addEvents(asLeased(database.db), [{ ...event, inboxIds: [2] }], 2);
    expect(second).toEqual(first);
    const reports = await database.db.selectFrom('event_reports').selectAll().execute();
    expect(reports.map((report) => report.inbox_id)).toEqual([1, 2]);
  });

  it('can keep texts that PostgreSQL has no place for', async () => {
    const report = {
      kind: 'mail_report',
      name: 'email_opened',
      reportId: 'r1',
      person: { id: null, email: null, cioId: null },
      occurredAt: 1,
      deliveryId: null,
      machine: false,
      values: { subject: 'a\0b\ud800c' },
    } as const;
    await addEvents(
      asLeased(database.db),
      [{ connection: 'nul', key: 'r1', event: report, name: null, person: null, inboxIds: [] }],
      1,
    );
    const row = await database.db
      .selectFrom('events')
      .select('payload')
      .where('key', '=', 'r1')
      .executeTakeFirstOrThrow();
    expect(row.payload).toMatchObject({ values: { subject: 'ab\ufffdc' } });
  });

  it('lets one process at a time run a connection', async () => {
    const take = async (owner: string) => (await takeLease(database.db, 'acme', owner)) !== null;
    expect(await take('one')).toBe(true);
    expect(await take('two')).toBe(false);
    expect(await take('one')).toBe(true);
    await releaseLease(database.db, 'acme', 'one');
    expect(await take('two')).toBe(true);
  });

  it('tells how long ago the process before gave a connection back', async () => {
    expect(await takeLease(database.db, 'quiet', 'one')).toMatchObject({ endedAgo: null });
    await releaseLease(database.db, 'quiet', 'one');
    const { endedAgo } = (await takeLease(database.db, 'quiet', 'two'))!;
    expect(endedAgo).toBeGreaterThanOrEqual(0);
  });

  it('notices that a table has outgrown its statistics, and gathers them', async () => {
    const { db } = database;
    await gatherStatistics(db);
    expect(await outgrownTables(db)).toEqual([]);
    const request = { connection: 's', source: 'kommo', receivedAt: 9_000, headers: {} } as const;
    const body = Buffer.from('a=b');
    await storeRequests(
      db,
      Array.from({ length: 10_000 }, () => ({ ...request, body })),
    );
    expect(await outgrownTables(db)).toEqual(['inbox']);
    const stop = startUpkeep(db, '', fail, { tables: 10, log: 1e6 });
    await expect.poll(() => outgrownTables(db)).toEqual([]);
    await stop();
    const { rows } = await sql<{ known: boolean }>`
      select reltuples >= 10000 as known from pg_class where oid = 'inbox'::regclass
    `.execute(db);
    expect(rows).toEqual([{ known: true }]);
  });

  it('removes after the retention time what an earlier version has understood', async () => {
    const { db } = database;
    const old = {
      connection: 'old',
      source: 'customerio',
      receivedAt: 1_000,
      headers: {},
      body: Buffer.from('ann@x.com'),
    } as const;
    await storeRequests(db, [old, { ...old, receivedAt: 9_000 }]);
    await db
      .updateTable('inbox')
      .set({ state: 'done', outcome: 'An open.' })
      .where('connection', '=', 'old')
      .execute();
    await removePersonalData(db, 5_000);
    const rows = await db.selectFrom('inbox').select('received_at').where('connection', '=', 'old').execute();
    expect(rows).toEqual([{ received_at: 9_000 }]);
  });

  it('knows after the retention time who has unsubscribed, and not what anybody opened', async () => {
    const { db } = database;
    const reported = (name: string, person: string): NewEvent => ({
      connection: 'old',
      key: `${name} ${person}`,
      event: {
        kind: 'mail_report',
        name,
        reportId: name,
        person: { id: null, email: person, cioId: null },
        occurredAt: 7,
        deliveryId: null,
        machine: false,
        values: {},
      },
      name,
      person,
      inboxIds: [],
    });
    const events = [reported('email_unsubscribed', 'cleo@x.com'), reported('email_opened', 'cleo@x.com')];
    await addEvents(asLeased(db), events, 1_000);
    await db.updateTable('events').set({ state: 'ignored' }).where('connection', '=', 'old').execute();
    const entries = events.flatMap(({ event }) =>
      event.kind === 'mail_report' ? entriesOfReport(event).filter(({ kind }) => kind === 'opt_out') : [],
    );
    const newEntries = entries.map((entry) => ({ ...entry, eventId: null }));
    await addEntries(asLeased(db), 'old', [...newEntries, ...newEntries], 1_000);
    const known = () =>
      entriesNamed(db, 'old', { identifiers: ['cleo@x.com'], addresses: ['cleo@x.com'], cioIds: [] });
    const optOut = { ...entries[0], eventId: null, isPending: false, recordedAt: 1, values: {} };
    expect(await known()).toEqual([optOut]);
    await removePersonalData(db, 5_000);
    expect(await known()).toEqual([optOut]);
    const rest = db
      .selectFrom('events')
      .select('name')
      .where('person', '=', 'cleo@x.com')
      .where('connection', '=', 'old');
    expect(await rest.execute()).toEqual([]);
  });

  it('keeps the report that a running timer asks for when it runs out, and no other', async () => {
    const { db } = database;
    const reported = (connection: string, name: string, occurredAt: number): NewEvent => ({
      ...{ connection, key: `${name} ${occurredAt}`, name, person: 'ann@x.com', inboxIds: [] },
      event: {
        ...{
          kind: 'mail_report',
          name,
          reportId: name,
          occurredAt,
          deliveryId: null,
          machine: false,
          values: {},
        },
        person: { id: null, email: 'ann@x.com', cioId: null },
      },
    });
    const events = [
      reported('timer', 'email_opened', 4),
      reported('timer', 'email_opened', 6),
      reported('timer', 'email_clicked', 6),
      reported('timer of another', 'email_opened', 6),
    ];
    await addEvents(asLeased(db), events, 1_000);
    const states = db.updateTable('events').set({ state: 'ignored' }).where('person', '=', 'ann@x.com');
    await states.execute();
    const timer = { start: 'deal_won', unless: 'email_opened', person: 'ann@x.com', deal_id: 1 };
    const times = { started_at: 5_000, fires_at: 90_000 };
    await insertWatches(asLeased(db), [{ connection: 'timer', ...timer, ...times }], 5_000);
    const kept = async () => {
      await removePersonalData(db, 8_000);
      const rows = db.selectFrom('events').select(['connection', 'name', 'occurred_at']);
      return rows.where('person', '=', 'ann@x.com').execute();
    };
    expect(await kept()).toEqual([{ connection: 'timer', name: 'email_opened', occurred_at: 6 }]);
    await db
      .updateTable('watches')
      .set({ state: 'fired', ended_at: 1 })
      .where('connection', '=', 'timer')
      .execute();
    expect(await kept()).toEqual([]);
  });
});

it('migrates safely when two processes start at once', async () => {
  const databaseUrl = await createPostgresDatabase();
  const both = await Promise.all(
    [1, 2].map(() => openDatabase({ databaseUrl, dataDir: null, onError: fail })),
  );
  for (const { db } of both) expect(await db.selectFrom('inbox').select('id').execute()).toEqual([]);
  await Promise.all(both.map((database) => database.close()));
});

it('keeps embedded data over a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-test-'));
  const first = await openDatabase({ dataDir, onError: fail });
  await storeRequests(first.db, [
    { connection: 'a', source: 'kommo', receivedAt: 1, headers: {}, body: Buffer.from('x') },
  ]);
  await first.close();
  const second = await openDatabase({ dataDir, onError: fail });
  expect((await newRequests(second.db, 'a', 10, 1_000_000)).requests).toHaveLength(1);
  await second.close();
  rmSync(dataDir, { recursive: true });
});

describe('the lock on the data folder', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'stagepost-lock-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('lets a second process know who has it, and where to ask', () => {
    const lock = lockData(dataDir, 'token');
    lock.publish('http://127.0.0.1:4400');
    expect(() => lockData(dataDir, 'other')).toThrow(DataInUse);
    expect(() => lockData(dataDir, 'other')).toThrow(
      /in use by another Stagepost \(process \d+, at http:\/\/127.0.0.1:4400\)/,
    );
    expect(lockHolder(dataDir)).toMatchObject({ url: 'http://127.0.0.1:4400', token: 'token' });
    lock.release();
    expect(lockHolder(dataDir)).toBeNull();
  });

  it('says in words why a folder cannot be used', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    expect(() => lockData(file, 'token')).toThrow(/is a file, not a folder/);
  });

  it.runIf(process.getuid?.() === 0)(
    'is not taken by root from another user, who could not read it any more',
    () => {
      chownSync(dataDir, 65_534, 65_534);
      expect(() => lockData(dataDir, 'token')).toThrow(/belongs to the user with the id 65534/);
    },
  );

  it('is taken from a process that died', () => {
    lockData(dataDir, 'first').release();
    const dead = { pid: 2 ** 22 - 1, startedAt: null, url: null, token: 'dead' };
    writeFileSync(join(dataDir, 'stagepost.lock'), JSON.stringify(dead));
    lockData(dataDir, 'token').release();
  });

  it('is taken from a process whose number another one has now', () => {
    const reused = { pid: process.pid, startedAt: '1', url: null, token: 'dead' };
    writeFileSync(join(dataDir, 'stagepost.lock'), JSON.stringify(reused));
    lockData(dataDir, 'token');
    expect(readFileSync(join(dataDir, 'stagepost.lock'), 'utf8')).toContain('"token":"token"');
  });
});
