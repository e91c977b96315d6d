import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { growthADay, sizeText } from '../lib/sizes.ts';
import { DataInUse, type LockContent, lockData, lockHolder } from '../store/database/embedded/data-lock.ts';
import { openEmbedded } from '../store/database/embedded/embedded.ts';
import { EMPTY, type Query } from '../store/database/identity/facts.ts';
import { embeddedPlace, serverPlace } from '../store/database/identity/place.ts';
import { failure, ok, type Verdict, warning } from './finding.ts';
import { checkFolderAccess } from './folder-access.ts';
import { checkContent, checkLastDatabase } from './last-database.ts';

export interface StoreOptions {
  dataDir: string;
  /** A PostgreSQL URL instead of the embedded database. */
  databaseUrl?: string | undefined;
}

/** Checks the database. Never opens an embedded database that another process has open. */
export async function checkDatabase({ dataDir, databaseUrl }: StoreOptions): Promise<Verdict[]> {
  return databaseUrl ? checkServer(databaseUrl, dataDir) : checkFolder(dataDir);
}

const ANSWER_WITHIN_MS = 5_000;

async function checkServer(connectionString: string, dataDir: string): Promise<Verdict[]> {
  const address = addressOf(connectionString);
  const client = clientOf(connectionString);
  if (client === null) return [failure('DATABASE_URL is not a PostgreSQL URL', SHAPE)];
  // Without a listener, a connection that breaks later would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const server = await judgeServer(client, address);
    if (server.status !== 'ok') return [server];
    const query: Query = (statement) => client.query(statement);
    const place = await serverPlace(connectionString, query);
    const verdicts = [server, await sizeOf(client), ...(await checkContent(query, dataDir, place))];
    return (await receivesNotifications(client, connectionString))
      ? verdicts
      : [...verdicts, NO_NOTIFICATIONS];
  } catch (error) {
    return [unreachable(error, address)];
  } finally {
    await client.end().catch(() => {});
  }
}

const SHAPE =
  'Set it to postgresql://user:password@host:5432/database, or unset it to use the embedded database.';

function clientOf(connectionString: string): pg.Client | null {
  try {
    return new pg.Client({
      connectionString,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      application_name: 'stagepost-doctor',
    });
  } catch {
    return null;
  }
}

interface ServerFacts {
  version: string;
  number: number;
  may_create: boolean;
  is_read_only: boolean;
}

async function judgeServer(client: pg.Client, address: string): Promise<Verdict> {
  const { rows } = await client.query<ServerFacts>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      has_database_privilege(current_database(), 'create') as may_create,
      pg_is_in_recovery() as is_read_only
  `);
  const { version, number, may_create, is_read_only } = rows[0]!;
  const name = `PostgreSQL ${version} at ${address}`;
  // The oldest version that pg-boss supports (its documentation).
  if (number < 130_000) return failure(`${name} is too old`, 'Stagepost needs PostgreSQL 13 or newer.');
  if (is_read_only) return failure(`${name} is a read-only copy`, 'Set DATABASE_URL to the primary server.');
  if (!may_create) {
    const todo = 'Run as an owner: grant create on database ... to the user of DATABASE_URL.';
    return warning(`${name} is reachable, but its user may not create the queue's schema`, todo);
  }
  return ok(`${name} is reachable`);
}

/** What the database takes, and how it grows. */
async function sizeOf(client: pg.Client): Promise<Verdict> {
  const { rows } = await client.query<{ bytes: number; is_recorded: boolean }>(`
    select pg_database_size(current_database())::float8 as bytes, to_regclass('disk_samples') is not null as is_recorded`);
  const samples = rows[0]!.is_recorded
    ? await client.query<{ at: number; bytes: number }>(
        'select at::float8 as at, database_bytes::float8 as bytes from disk_samples order by at',
      )
    : { rows: [] };
  const growth = growthADay(samples.rows);
  const rate =
    growth === null ? '' : `, ${growth < 0 ? 'less' : 'more'} by ${sizeText(Math.abs(growth))} a day`;
  return ok(
    `The database takes ${sizeText(rows[0]!.bytes)}${rate}; the disk of the server cannot be seen from here, ` +
      'so database_size_limit in stagepost.yaml says how large it may become',
  );
}

const NO_NOTIFICATIONS = warning(
  'PostgreSQL’s notifications do not arrive: several Stagepost processes would wait up to 5 s for each other’s work',
  'If DATABASE_URL leads to a pooler such as PgBouncer, switch it to session mode, or connect directly.',
);
const CHANNEL = 'stagepost_doctor';
const NOTIFICATION_WITHIN_MS = 2_000;

/**
 * Whether a LISTEN of one connection hears the NOTIFY of another. Behind a pooler in transaction mode both statements
 * succeed, but the connection that listens is given to somebody else.
 */
async function receivesNotifications(listener: pg.Client, connectionString: string): Promise<boolean> {
  const sender = clientOf(connectionString)!;
  sender.on('error', () => {});
  const own = randomUUID();
  const received = new Promise<true>((resolve) => {
    listener.on('notification', ({ payload }) => payload === own && resolve(true));
  });
  try {
    await listener.query(`listen ${CHANNEL}`);
    await sender.connect();
    await sender.query('select pg_notify($1, $2)', [CHANNEL, own]);
    return await Promise.race([received, setTimeout(NOTIFICATION_WITHIN_MS, false, { ref: false })]);
  } finally {
    await sender.end().catch(() => {});
  }
}

/** Host and database, without user and password. */
function addressOf(connectionString: string): string {
  if (!URL.canParse(connectionString)) return 'DATABASE_URL';
  const { host, pathname } = new URL(connectionString);
  return host === '' ? 'DATABASE_URL' : `${host}${pathname}`;
}

function unreachable(error: unknown, address: string): Verdict {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '28P01' || code === '28000') {
    return failure(`PostgreSQL at ${address} refuses the user or the password`, 'Correct DATABASE_URL.');
  }
  if (code === '3D000')
    return failure(`There is no database at ${address}`, 'Create it, or correct DATABASE_URL.');
  return failure(
    `PostgreSQL at ${address} cannot be reached (${code ?? message ?? 'no reason given'})`,
    'Check that the server runs, and its address in DATABASE_URL.',
  );
}

async function checkFolder(dataDir: string): Promise<Verdict[]> {
  // First, since opening the database makes the folder private.
  const access = checkFolderAccess(dataDir);
  return [...(await checkEmbedded(dataDir)), ...access];
}

async function checkEmbedded(dataDir: string): Promise<Verdict[]> {
  const holder = lockHolder(dataDir);
  if (holder) return [await inUse(dataDir, holder)];
  const unwritable = whyNotWritable(dataDir);
  if (unwritable) return [unwritable];
  if (!existsSync(join(dataDir, 'db'))) {
    const difference = await checkLastDatabase(dataDir, { ...embeddedPlace(dataDir), facts: EMPTY });
    return difference.length > 0
      ? difference
      : [ok(`The embedded database will be created in ${resolve(dataDir)}`)];
  }
  return openOnce(dataDir);
}

async function inUse(dataDir: string, { pid, url }: LockContent): Promise<Verdict> {
  if (url === null) {
    const todo = 'If it stays like this, read its log.';
    return warning(`${dataDir} is open in process ${pid}, which is starting and not listening yet`, todo);
  }
  const running = `a running Stagepost (process ${pid}, ${url})`;
  try {
    const answer = await fetch(new URL('/health/ready', url), {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.ok) return ok(`${dataDir} is open in ${running}, which is ready`);
    const { problems } = (await answer.json()) as { problems?: string[] };
    const why = problems?.join(' ') ?? `it answers ${answer.status}`;
    return warning(`${dataDir} is open in ${running}, which is not ready: ${why}`, 'Read its log.');
  } catch {
    return failure(
      `${dataDir} is open in ${running}, which does not answer`,
      'Read its log, and restart it if it hangs.',
    );
  }
}

/** Tries to write into the folder, or into its nearest parent that exists: a full or read-only disk does not show in its rights. */
function whyNotWritable(dataDir: string): Verdict | null {
  let folder = resolve(dataDir);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) {
    return failure(`${folder} is not a folder`, 'Name another folder with --data.');
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    rmSync(mkdtempSync(join(folder, '.stagepost-doctor-')), { recursive: true });
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const todo =
      'Give this user the right to write there, free some space, or name another folder with --data.';
    return failure(`Nothing can be written into ${folder} (${code})`, todo);
  }
}

/** Opens the database without migrating its tables. */
async function openOnce(dataDir: string): Promise<Verdict[]> {
  try {
    const lock = lockData(dataDir, `doctor-${process.pid}`);
    try {
      const database = await openEmbedded(join(dataDir, 'db'));
      const query: Query = (statement) => database.query(statement);
      const content = await checkContent(query, dataDir, embeddedPlace(dataDir)).finally(() =>
        database.close(),
      );
      const opens = ok(
        `The embedded database in ${resolve(dataDir)} opens, and no other process has it open`,
      );
      return [opens, ...content];
    } finally {
      lock.release();
    }
  } catch (error) {
    // Another process has opened it just now.
    if (error instanceof DataInUse) return [await inUse(dataDir, error.holder)];
    const message = error instanceof Error ? error.message : String(error);
    return [
      failure(
        `The embedded database in ${resolve(dataDir)} does not open: ${message}`,
        'Restore a backup of the folder, or use another --data folder.',
      ),
    ];
  }
}
