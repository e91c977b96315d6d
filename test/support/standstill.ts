import pg from 'pg';
import { TimeoutError, withTimeout } from '../../src/lib/timeout.ts';
import type { Store } from './databases.ts';

/** Longer than any start or stop takes on a busy machine, and shorter than the limit of a test, ms. */
const STANDSTILL_MS = 60_000;

/**
 * The result of the work. Work that does not end fails with all that tells where it stands: the last lines of the log, what this
 * process waits for, and the sessions of the database.
 */
export async function explainStandstill<T>(
  what: string,
  work: Promise<T>,
  { store, lastLines }: { store: Store; lastLines: () => string },
): Promise<T> {
  try {
    return await withTimeout(work, STANDSTILL_MS, what);
  } catch (error) {
    if (!(error instanceof TimeoutError) || error.message !== what) throw error;
    const waitsFor = process.getActiveResourcesInfo().join(' ');
    throw new Error(
      `${what} has not ended after ${STANDSTILL_MS / 1000} s.\nThis process has: ${waitsFor}\nSessions of the database:\n` +
        `${await sessions(store)}\nLast lines of the log:\n${lastLines()}`,
    );
  }
}

async function sessions({ databaseUrl }: Store): Promise<string> {
  if (databaseUrl === undefined) return 'an embedded database';
  const client = new pg.Client({ connectionString: databaseUrl, query_timeout: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      `select pid, application_name, state, wait_event_type, wait_event, now() - query_start as age,
         pg_blocking_pids(pid) as blocked_by, left(query, 300) as query
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return rows.map((row) => JSON.stringify(row)).join('\n');
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => {});
  }
}
