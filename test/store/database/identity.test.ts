import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import type { DatabaseOverride } from '../../../src/store/database/identity/decide.ts';
import { DatabaseGuard } from '../../../src/store/database/identity/guard.ts';
import type { Db } from '../../../src/store/database/types.ts';
import { createDataFolder } from '../../support/database-templates.ts';
import { createPostgresDatabase, storeOf } from '../../support/databases.ts';

let dataDir: string;
let stateDir: string;
let problems: unknown[];
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'stagepost-state-'));
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-identity-'));
  problems = [];
});
afterEach(() => {
  for (const folder of [dataDir, stateDir]) rmSync(folder, { recursive: true, force: true });
  expect(problems).toEqual([]);
});

/** What one run of a server does with the database, between its start and its end. */
async function run(
  databaseUrl: string | undefined,
  overrides: DatabaseOverride[] = [],
  work: (db: Db) => Promise<unknown> = async () => {},
): Promise<void> {
  const onError = (error: unknown) => void problems.push(error);
  const guard = new DatabaseGuard({ dataDir, stateDir, overrides, now: Date.now, onError });
  const database = await openDatabase({ dataDir, databaseUrl, onError, guard });
  try {
    await work(database.db);
  } finally {
    await database.close();
  }
}

/** The refusal of a start. */
const refusal = async (databaseUrl: string | undefined, overrides: DatabaseOverride[] = []) =>
  run(databaseUrl, overrides).then(
    () => 'started',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const publishRules = (db: Db) =>
  sql`insert into rule_versions (connection, version, text, at, published_by) values ('acme', 3, '', 1, 'ann')`.execute(
    db,
  );
const addUser = (db: Db) =>
  sql`insert into users (name, name_key, role, created_at) values ('ann', 'ann', 'admin', 1)`.execute(db);
const fill = async (db: Db) => {
  await publishRules(db);
  await addUser(db);
};
const newServer = async () => (await storeOf('postgres')).databaseUrl!;

describe('DATABASE_URL is set for the first time', () => {
  /** With the embedded database of a server that has run, rules and a user: a copy for each test. */
  let used: string;
  beforeAll(async () => {
    used = mkdtempSync(join(tmpdir(), 'stagepost-identity-'));
    const onError = (error: unknown) => void problems.push(error);
    const guard = new DatabaseGuard({ dataDir: used, stateDir: null, overrides: [], now: Date.now, onError });
    const database = await openDatabase({ dataDir: used, onError, guard });
    await fill(database.db);
    await database.close();
  });
  afterAll(() => rmSync(used, { recursive: true, force: true }));
  const hasRun = () => cpSync(used, dataDir, { recursive: true });

  it('and the start is refused, naming what would be missing, before anything is written', async () => {
    hasRun();
    const url = await createPostgresDatabase();
    const said = await refusal(url);
    expect(said).toMatch(/^OtherDatabase: .*this one is empty/);
    expect(said).toContain('rules in the console: acme (version 3)');
    expect(said).toContain('users: ann');
    expect(said).toContain('--start-empty (or STAGEPOST_START_EMPTY=1)');
    expect(await tablesOf(url)).toEqual([]);
  });

  it('also after an update from a version that kept no record', async () => {
    hasRun();
    rmSync(join(dataDir, 'stagepost.database.json'));
    const url = await createPostgresDatabase();
    expect(await refusal(url)).toContain('users: ann');
    expect(await tablesOf(url)).toEqual([]);
  });

  it('and nothing is asked where the embedded database was never used', async () => {
    await run(undefined);
    expect(await refusal(await newServer())).toBe('started');
  });

  it('on purpose: the override counts once, and the way back is noticed as well', async () => {
    hasRun();
    const url = await newServer();
    await run(url, ['start-empty'], fill);
    expect(await refusal(url, ['start-empty'])).toBe('started');
    expect(await refusal(await newServer(), ['start-empty'])).toMatch(
      /this one is empty.*It was given at the start before/s,
    );
    expect(await refusal(undefined)).toMatch(
      /this one has other data.*set DATABASE_URL to that database again/s,
    );
    expect(await refusal(undefined, ['accept-other-database'])).toBe('started');
  });

  it('and an override that was refused as used counts again after a start without it', async () => {
    await run(undefined, ['start-empty'], fill);
    const url = await newServer();
    expect(await refusal(url, ['start-empty'])).toContain('It was given at the start before');
    expect(await refusal(url)).toContain('OtherDatabase');
    expect(await refusal(url, ['start-empty'])).toBe('started');
  });
});

it('an older backup asks for an override of its own', async () => {
  const url = await newServer();
  await run(url, [], fill);
  const restore = await newServer();
  const id = JSON.parse(readFileSync(join(dataDir, 'stagepost.database.json'), 'utf8')).facts.installation;
  // As after pg_dump before the rules were published.
  await withoutGuard(restore, async (db) => {
    await addUser(db);
    await sql`insert into installation (id, created_at) values (${id}, 1)`.execute(db);
    await sql`
      insert into actions (connection, lane, event_id, kind, subject, payload, ulid, state, created_at)
      select 'acme', lane, 1, kind, 'deal:1', '{}', 'u', state, 7
      from (values ('kommo', 'note', 'ready'), ('kommo', 'task', 'waiting'), ('kommo', 'note', 'done'),
        ('kommo', 'set_field', 'sending'), ('customerio', 'track', 'ready')) as open(lane, kind, state)
    `.execute(db);
  });
  expect(await refusal(restore, ['start-empty', 'accept-other-database'])).toMatch(
    /in an earlier state.*acme \(version 3\)/s,
  );
  expect(await refusal(restore, ['accept-older-database'])).toBe('started');
  await run(restore, [], async (db) => {
    const actions = await sql`
      select kind, state, failure, sent_at from actions order by id
    `.execute(db);
    const unsure = { failure: 'unknown', sent_at: 7 };
    const plain = { failure: null, sent_at: null };
    expect(actions.rows).toEqual([
      { kind: 'note', state: 'ready', ...unsure },
      { kind: 'task', state: 'waiting', ...unsure },
      { kind: 'note', state: 'done', ...plain },
      { kind: 'set_field', state: 'sending', ...plain },
      { kind: 'track', state: 'ready', ...plain },
    ]);
    const { rows } = await sql`select doubtful_until > 0 as "isDoubtful" from installation`.execute(db);
    expect(rows).toEqual([{ isDoubtful: true }]);
  });
});

it('a data folder that is restored as a whole, with its record, is noticed by the state that is kept outside', async () => {
  await run(undefined, [], addUser);
  const backup = `${dataDir}-backup`;
  cpSync(dataDir, backup, { recursive: true });
  await run(undefined, [], publishRules);
  rmSync(dataDir, { recursive: true });
  renameSync(backup, dataDir);
  expect(await refusal(undefined)).toMatch(/in an earlier state.*acme \(version 3\)/s);
  expect(await refusal(undefined, ['accept-older-database'])).toBe('started');
  expect(await refusal(undefined)).toBe('started');
});

it('another schema of the same server is another database', async () => {
  const url = await newServer();
  await run(url, [], fill);
  await withoutGuard(url, (db) => sql`create schema second`.execute(db));
  expect(await refusal(`${url}?options=-c%20search_path%3Dsecond`)).toContain('schema second. It is empty');
});

it('processes of a fleet start side by side on a new database, each with a folder of its own or none', async () => {
  const url = await newServer();
  const other = mkdtempSync(join(tmpdir(), 'stagepost-identity-'));
  const onError = (error: unknown) => void problems.push(error);
  const start = (folder: string) =>
    openDatabase({
      dataDir: folder,
      databaseUrl: url,
      onError,
      guard: new DatabaseGuard({ dataDir: folder, stateDir: null, overrides: [], now: Date.now, onError }),
    });
  const databases = await Promise.all([start(dataDir), start(other), withoutGuardOpen(url)]);
  const ids = [dataDir, other].map(
    (folder) => JSON.parse(readFileSync(join(folder, 'stagepost.database.json'), 'utf8')).facts.installation,
  );
  expect(ids[0]).toBe(ids[1]);
  for (const database of databases) await database.close();
  rmSync(other, { recursive: true });
});

it('the record is for this user only, and has no secret of the address', async () => {
  const url = new URL(await newServer());
  await run(url.href);
  const file = join(dataDir, 'stagepost.database.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { where } = JSON.parse(readFileSync(file, 'utf8'));
  expect(where).toBe(`${url.host}${url.pathname}, schema public`);
});

it('two databases from the same prepared folder have different identities', async () => {
  const idOf = async (folder: string) => {
    dataDir = folder;
    await run(undefined);
    return JSON.parse(readFileSync(join(folder, 'stagepost.database.json'), 'utf8')).facts.installation;
  };
  const first = dataDir;
  const second = await createDataFolder();
  const ids = [await idOf(first), await idOf(second)];
  rmSync(first, { recursive: true });
  expect(new Set(ids).size).toBe(2);
});

const withoutGuardOpen = (databaseUrl: string) =>
  openDatabase({ dataDir: null, databaseUrl, onError: (error) => problems.push(error) });

async function withoutGuard(url: string, work: (db: Db) => Promise<unknown>): Promise<void> {
  const database = await withoutGuardOpen(url);
  await work(database.db);
  await database.close();
}

async function tablesOf(url: string): Promise<string[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  await client.end();
  return rows.map(({ name }) => name);
}
