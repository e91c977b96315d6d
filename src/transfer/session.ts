import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { openEmbedded } from '../store/database/embedded/embedded.ts';

/** One connection to a database, embedded or on a server, that is used for nothing else. Not for concurrent use. */
export interface Session {
  kind: 'embedded' | 'postgres';
  /** Runs a statement. Cast values to text or int: the two databases give other types in different shapes. */
  rows<Row extends object>(statement: string, values?: string[]): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * What makes both databases write every value as the same text, and read it back: the only place where their differences
 * matter. No limit of time applies, since copying a large table takes minutes.
 */
const SAME_TEXTS = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
  set extra_float_digits = 1; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`;

/** Opens the database in `folder`, which exists and which no other process has open. */
export async function openFolderSession(folder: string): Promise<Session> {
  const pglite: PGlite = await openEmbedded(folder);
  await pglite.exec(SAME_TEXTS);
  return {
    kind: 'embedded',
    rows: async <Row>(statement: string, values: string[] = []) =>
      (await pglite.query<Row>(statement, values)).rows,
    close: () => pglite.close(),
  };
}

/** @throws the server's error */
export async function openServerSession(connectionString: string): Promise<Session> {
  const client = new pg.Client({
    connectionString: withoutQueryTimeout(connectionString),
    application_name: 'stagepost-transfer',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // A connection that is cut while it is used rejects the query, too.
  client.on('error', () => {});
  await client.connect();
  await client.query(SAME_TEXTS);
  return {
    kind: 'postgres',
    rows: async <Row extends object>(statement: string, values: string[] = []) =>
      (await client.query<Row>(statement, values)).rows,
    close: () => client.end(),
  };
}

/** The limit of Stagepost's short queries, which the URL may carry, is not for a copy of whole tables. */
function withoutQueryTimeout(connectionString: string): string {
  const url = new URL(connectionString);
  url.searchParams.delete('query_timeout');
  return url.href;
}

/** Runs `work` in a transaction that sees one state of the database and cannot change it. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.rows('begin isolation level repeatable read read only');
  try {
    return await work();
  } finally {
    await session.rows('rollback');
  }
}

/** Runs `work` in a transaction that is committed where it succeeds. */
export async function inWrite<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.rows('begin');
  try {
    const result = await work();
    await session.rows('commit');
    return result;
  } catch (error) {
    // The connection may be the reason.
    await session.rows('rollback').catch(() => {});
    throw error;
  }
}
