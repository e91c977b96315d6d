import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { DatabaseGuard } from '../../src/store/database/identity/guard.ts';
import { backUp } from '../../src/transfer/backup.ts';
import { type BackupHeader, readHeader } from '../../src/transfer/backup-file.ts';
import type { DatabaseLocation } from '../../src/transfer/location.ts';
import { move } from '../../src/transfer/move.ts';
import type { Progress } from '../../src/transfer/progress.ts';
import { restore } from '../../src/transfer/restore.ts';
import { digestOfTable, type TableDigest } from '../../src/transfer/rows.ts';
import { openFolderSession, openServerSession, type Session } from '../../src/transfer/session.ts';
import { NOT_CARRIED, readTables } from '../../src/transfer/tables.ts';
import { createDataFolder } from '../support/database-templates.ts';
import { createPostgresDatabase, KINDS, type Kind } from '../support/databases.ts';
import { createLegacyDatabase } from '../support/legacy-database.ts';
import { fillTables } from './fill-tables.ts';

/** An embedded database with a row in every table, its backup, and copies of both for tests that change them. */
let root: string;
let source: string;
let file: string;
let header: BackupHeader;

const AT = Date.parse('2026-11-30T02:00:00Z');
const now = () => AT;
let names = 0;
const newFolder = () => join(root, `folder${++names}`);
const quiet = () => {};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stagepost-transfer-'));
  source = await createDataFolder(join(root, 'source'));
  const session = await openFolderSession(join(source, 'db'));
  await session.rows(
    `create table attempts_today partition of attempts for values from (1) to (9007199254740992)`,
  );
  await fillTables(session, await readTables(session));
  await session.rows('update instances set alive_until = 1');
  await session.rows('update installation set restored_at = null, moved_to = null, moved_at = null');
  await session.close();
  file = join(root, 'all.backup');
  header = await backUp({ from: { dataDir: source }, file, now, onProgress: quiet });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newLocation = async (kind: Kind): Promise<DatabaseLocation> =>
  kind === 'embedded' ? { dataDir: newFolder() } : { url: await createPostgresDatabase() };

async function inSession<T>(location: DatabaseLocation, work: (session: Session) => Promise<T>): Promise<T> {
  const session =
    'url' in location
      ? await openServerSession(location.url)
      : await openFolderSession(join(location.dataDir, 'db'));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** The content of all tables, but for the identity's, in which a restore leaves a mark. */
const digestsIn = (location: DatabaseLocation) =>
  inSession(location, async (session) => {
    const digests: Record<string, TableDigest> = {};
    for (const table of await readTables(session))
      if (table.name !== 'installation') digests[table.name] = await digestOfTable(session, table);
    return digests;
  });

const withoutInstallation = ({ installation: _, ...tables }: Record<string, TableDigest>) => tables;

/** What a start says: null where it starts. */
async function start(location: DatabaseLocation, dataDir: string): Promise<string | null> {
  const guard = new DatabaseGuard({ dataDir, stateDir: null, overrides: [], now: Date.now, onError: quiet });
  const url = 'url' in location ? { databaseUrl: location.url } : {};
  try {
    const options = { dataDir: 'dataDir' in location ? location.dataDir : dataDir, ...url };
    const database: Database = await openDatabase({ ...options, onError: quiet, guard });
    await database.close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Error) => error.message,
  );

describe('a backup', () => {
  it('has every table of the schema, and a row of each', async () => {
    const all = await inSession({ dataDir: source }, (session) =>
      session.rows<{ name: string }>(`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not like 'pg\\_%'
          and n.nspname <> 'information_schema'`),
    );
    const expected = all.map(({ name }) => name).filter((name) => !NOT_CARRIED.has(name));
    expect(Object.keys(header.tables).sort()).toEqual(expected.sort());
    const empty = Object.entries(header.tables).filter(([, { rows }]) => rows === 0);
    expect(empty).toEqual([]);
  });

  it('can be read by this user only, and says at its beginning what it is', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').split('\n', 1)).toEqual(['Stagepost backup']);
    expect(await readHeader(file)).toEqual(header);
  });
});

describe.each(KINDS)('a restore into %s', (kind) => {
  it('has the same rows, goes on counting where the backup was, and is backed up as the same again', async () => {
    const to = await newLocation(kind);
    await restore({ file, to, now, onProgress: quiet });
    expect(await digestsIn(to)).toEqual(withoutInstallation(header.tables));
    const next = await inSession(to, (session) =>
      session.rows<{ id: string }>(
        `insert into audit (at, who, what, detail) values (1, 'a', 'b', 'c') returning id::text`,
      ),
    );
    expect(next).toEqual([{ id: '2' }]);
    await inSession(to, (session) => session.rows('delete from audit where id = 2'));
    const partitioned = await inSession(to, (session) =>
      session.rows('select count(*)::int as rows from only attempts_today'),
    );
    expect(partitioned).toEqual([{ rows: 1 }]);
    const again = await backUp({ from: to, file: join(root, `${kind}.backup`), now, onProgress: quiet });
    expect(withoutInstallation(again.tables)).toEqual(withoutInstallation(header.tables));
    expect(again.installation).toBe(header.installation);
  });

  it('that fails in the middle leaves an empty target, succeeds the next time, and overwrites nothing afterwards', async () => {
    const to = await newLocation(kind);
    const onProgress = ({ step }: Progress) => {
      if (step === 'compare') throw new Error('the power is cut');
    };
    expect(await failure(restore({ file, to, now, onProgress }))).toBe('the power is cut');
    await restore({ file, to, now, onProgress: quiet });
    expect(await failure(restore({ file, to, now, onProgress: quiet }))).toMatch(
      /There is (a database|data) in .* already, and nothing is overwritten\./,
    );
    expect(await digestsIn(to)).toEqual(withoutInstallation(header.tables));
  });
});

describe('a file', () => {
  const changed = (change: (bytes: Buffer) => Buffer) => {
    const copy = join(root, `changed${++names}`);
    writeFileSync(copy, change(readFileSync(file)));
    return failure(restore({ file: copy, to: { dataDir: newFolder() }, now, onProgress: quiet }));
  };
  const withHeader = (change: (header: BackupHeader) => object) =>
    changed((bytes) => {
      const block = Buffer.alloc(65_536, '\n');
      block.write(`Stagepost backup\n${JSON.stringify(change(header))}\n`);
      return Buffer.concat([block, bytes.subarray(65_536)]);
    });

  it.each([
    [
      'is missing',
      () => failure(restore({ file: 'nothing', to: { dataDir: root }, now, onProgress: quiet })),
      /no such file/,
    ],
    ['is something else', () => changed(() => Buffer.from('PK')), /it is no backup of stagepost backup/],
    [
      'was not copied to its end',
      () => changed((bytes) => bytes.subarray(0, -100)),
      /it is damaged: it has \d+ of \d+ bytes/,
    ],
    [
      'has a wrong byte',
      () => changed((bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)])),
      /its checksum is not that of its content/,
    ],
    [
      'has no header, since the backup was interrupted',
      () => changed((bytes) => bytes.fill(0, 20, 65_536)),
      /it is damaged: its header/,
    ],
    [
      'is of a newer form',
      () => withHeader((one) => ({ ...one, format: 2 })),
      /in a newer form than this version knows/,
    ],
    [
      'is of a newer database',
      () => withHeader((one) => ({ ...one, migrations: [...one.migrations, '999-x'] })),
      /has the change "999-x", which this version does not know/,
    ],
  ])('that %s is refused', async (_what, refused, message) => {
    expect(await refused()).toMatch(message);
  });
});

it('an older version’s backup is migrated', async () => {
  const from = { url: await createPostgresDatabase() };
  await createLegacyDatabase({ dataDir: null, databaseUrl: from.url }, async (db) => {
    await db
      .insertInto('inbox')
      .values({
        connection: 'acme',
        source: 'kommo',
        received_at: 5,
        headers: {},
        body: null,
        state: 'new',
        outcome: null,
        understood_at: null,
      })
      .execute();
  });
  const old = join(root, 'old.backup');
  await backUp({ from, file: old, now, onProgress: quiet });
  const to = { url: await createPostgresDatabase() };
  await restore({ file: old, to, now, onProgress: quiet });
  expect(await start(to, newFolder())).toBeNull();
  const rows = await inSession(to, (session) => session.rows('select received_at::text from inbox'));
  expect(rows).toEqual([{ received_at: '5' }]);
});

describe('a move', () => {
  const copyOfSource = () => {
    const dataDir = newFolder();
    cpSync(source, dataDir, { recursive: true });
    return { dataDir };
  };
  /** The same on the server, where opening a database costs less. */
  const serverSource = async () => ({ url: await createPostgresDatabase(await restored()) });
  let url: string | null = null;
  /** A database to copy: restoring takes longer. */
  const restored = async () => {
    if (url === null) {
      url = await createPostgresDatabase();
      await restore({ file, to: { url }, now, onProgress: quiet });
    }
    return new URL(url).pathname.slice(1);
  };

  it('to PostgreSQL and back carries everything, and the database that was left does not start', async () => {
    const from = copyOfSource();
    const url = { url: await createPostgresDatabase() };
    const before = await digestsIn(from);
    await move({ from, to: url, now, onProgress: quiet });
    expect(await digestsIn(url)).toEqual(before);
    expect(await start(from, from.dataDir)).toMatch(
      /was moved to another one\.\n.*embedded database in .*\n {2}moved to: PostgreSQL at .* on 2026-11-30 02:00 UTC/,
    );
    expect(await start(url, from.dataDir)).toBeNull();
    const back = { dataDir: newFolder() };
    await move({ from: url, to: back, now, onProgress: quiet });
    expect(withoutChanging(await digestsIn(back))).toEqual(withoutChanging(before));
    expect(await start(url, from.dataDir)).toMatch(/moved to: the embedded database in/);
    expect(await start(back, back.dataDir)).toBeNull();
  });

  it('that is interrupted before its end changes nothing, and is repeated as a whole', async () => {
    const from = await serverSource();
    const to = { url: await createPostgresDatabase() };
    const onProgress = ({ step }: Progress) => {
      if (step === 'compare') throw new Error('the power is cut');
    };
    expect(await failure(move({ from, to, now, onProgress }))).toBe('the power is cut');
    expect(await start(from, newFolder())).toBeNull();
    await move({ from, to, now, onProgress: quiet });
    expect(await digestsIn(to)).toEqual(await digestsIn(from));
  });

  it('that was interrupted after its last row only marks the source at the next run', async () => {
    const from = await serverSource();
    const to = { url: await createPostgresDatabase() };
    await move({ from, to, now, onProgress: quiet });
    await inSession(from, (session) =>
      session.rows('update installation set moved_to = null, moved_at = null'),
    );
    await move({ from, to, now, onProgress: quiet });
    expect(await start(from, newFolder())).toMatch(/was moved to another one/);
  });

  it('to a database with other data, or to itself, is refused', async () => {
    const from = await serverSource();
    const other = await serverSource();
    await inSession(other, (session) => session.rows(`update users set name = 'other'`));
    expect(await failure(move({ from, to: other, now, onProgress: quiet }))).toMatch(
      /nothing is overwritten/,
    );
    expect(await failure(move({ from: other, to: other, now, onProgress: quiet }))).toMatch(
      /moved to itself/,
    );
    expect(await start(from, newFolder())).toBeNull();
  });
});

/** A start of the queue in between changes its own rows. */
const withoutChanging = (tables: Record<string, TableDigest>) =>
  Object.fromEntries(Object.entries(tables).filter(([name]) => !name.startsWith('pgboss.')));

it('a database that is written to meanwhile is backed up in one state, without a pause', async () => {
  const dataDir = await createDataFolder(newFolder());
  const database = await openDatabase({ dataDir, onError: quiet });
  let isDone = false;
  let written = 0;
  const writing = (async () => {
    while (!isDone) {
      await database.db.transaction().execute(async (trx) => {
        for (const who of ['first', 'second'])
          await trx
            .insertInto('audit')
            .values({
              at: written,
              who,
              what: 'x',
              detail: 'y'.repeat(2_000),
              address: null,
              who_kind: null,
              who_id: null,
              connection: null,
            })
            .execute();
      });
      written += 1;
    }
  })();
  await expect.poll(() => written).toBeGreaterThan(20);
  const before = written;
  const copy = join(root, 'busy.backup');
  await backUp({ from: { dataDir }, file: copy, now, onProgress: quiet });
  isDone = true;
  await writing;
  await database.close();
  const to = { dataDir: newFolder() };
  await restore({ file: copy, to, now, onProgress: quiet });
  const [found] = await inSession(to, (session) =>
    session.rows<{ pairs: number; halves: number }>(`
      select count(*)::int as pairs, (count(*) filter (where n <> 2))::int as halves
      from (select at, count(*) as n from audit group by at) pairs`),
  );
  expect(found!.halves).toBe(0);
  expect(found!.pairs).toBeGreaterThanOrEqual(before);
});
