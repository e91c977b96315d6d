import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type RetentionOptions, removeExpired } from '../../src/pipeline/retention.ts';
import type { Db } from '../../src/store/database/database.ts';
import { PastEvents } from '../../src/store/retention/past-events.ts';
import { EVENTS_KEPT_MS, LOG_OVERLAP_S } from './kept-times.ts';
import { EVERY_VARIABLE } from './preload.ts';

/**
 * Runs the job again and again instead of every hour, in each process: several at a time on one database, as after a process that
 * was frozen in the middle of the job.
 */
export async function startRetention(options: RetentionOptions): Promise<void> {
  const { database, log } = options;
  const pastEvents = new PastEvents(database.db);
  const everyMs = Number(process.env[EVERY_VARIABLE]) * 1000;
  const warn = log.warn.bind(log);
  const once = async () => {
    const now = await latestTime(database.db);
    const job = { ...options, retentionMs: EVENTS_KEPT_MS, now: () => now, log: { info: warn, warn } };
    await removeExpired(job, pastEvents);
  };
  const repeat = async () => {
    for (;;) {
      await sleep(everyMs * (0.5 + Math.random()), undefined, { ref: false });
      await once().catch((err: unknown) => warn({ err }, 'the retention job has failed'));
    }
  };
  void repeat();
}

/**
 * The present time, or an earlier one where events would be deleted that Kommo's log still shows: in reality it is read every five
 * minutes, and events are kept for months. On a busy machine a start takes a while. @returns unix ms
 */
async function latestTime(db: Db): Promise<number> {
  const { rows } = await sql<{ to: number | null }>`select min(reconciled_to) as to from connections`.execute(
    db,
  );
  const readAgainFrom = ((rows[0]?.to ?? 0) - LOG_OVERLAP_S) * 1000;
  return Math.min(Date.now(), readAgainFrom - 1_000 + EVENTS_KEPT_MS);
}
