import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { StoredConnection } from '../../store/connections/stored-connections.ts';
import { lockData } from '../../store/database/embedded/data-lock.ts';
import { openEmbedded } from '../../store/database/embedded/embedded.ts';

/** A stored connection with its newest published rules; null where none are published. */
export interface StoredRow extends Omit<StoredConnection, 'change'> {
  version: number | null;
  rules: string | null;
}

type Query = (statement: string) => Promise<{ rows: unknown[] }>;

const ANSWER_WITHIN_MS = 5_000;

const ROWS = `
  select s.connection, s.settings, s.secrets, s.paused_at, s.resumed_at,
    v.version, convert_from(v.text, 'utf8') as rules
  from stored_connections s
  left join lateral (
    select version, text from rule_versions r where r.connection = s.connection order by version desc limit 1
  ) v on true
  order by s.created_at, s.connection`;

/**
 * Reads the stored connections of the server or of the data folder. Other than `openDatabase`, it neither migrates nor creates
 * anything, so that a new version may be tried on the database of the running one.
 * @returns none where there is no database yet, or no table
 * @throws the database's error, or DataInUse
 */
export async function readStoredRows({
  url,
  dataDir,
}: {
  url: string | undefined;
  dataDir: string;
}): Promise<StoredRow[]> {
  if (url !== undefined) return fromServer(url);
  return existsSync(join(dataDir, 'db')) ? fromFolder(dataDir) : [];
}

async function fromServer(connectionString: string): Promise<StoredRow[]> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    application_name: 'stagepost-config-check',
  });
  // Without a listener, a connection that breaks later would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await readRows((statement) => client.query(statement));
  } finally {
    await client.end().catch(() => {});
  }
}

async function fromFolder(dataDir: string): Promise<StoredRow[]> {
  const lock = lockData(dataDir, `config-check-${process.pid}`);
  try {
    const database = await openEmbedded(join(dataDir, 'db'));
    return await readRows((statement) => database.query(statement)).finally(() => database.close());
  } finally {
    lock.release();
  }
}

async function readRows(query: Query): Promise<StoredRow[]> {
  const { rows } = await query(`select to_regclass('stored_connections') is not null as exists`);
  if (!(rows[0] as { exists: boolean }).exists) return [];
  return (await query(ROWS)).rows as StoredRow[];
}
