import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { FIRST_REPORTS_KEPT_MS } from './kept-times.ts';
import { type Removal, removeInSteps } from './removals.ts';
import { Steps } from './steps.ts';

/**
 * Deletes timers that have ended, holds that are decided and entries into stages, once their events are gone, and first reports
 * that are too old to matter. @param before ms
 * @returns how many rows
 */
export async function removePastRecords(
  db: Db,
  before: Millis,
  now: Millis,
  steps = new Steps(),
): Promise<number> {
  let total = 0;
  for (const removal of [
    deleteWatches(before),
    deleteHolds(before),
    deleteEntries('entry_campaigns', before),
    deleteEntries('stage_entries', before),
    deleteFirstReports(now),
  ])
    total += await removeInSteps(db, removal, steps);
  return total;
}

/** A timer that ran out is needed until its event is planned. */
const deleteWatches =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  delete from watches where id = any(array(
    select id from watches w where ended_at < ${before}::bigint and not exists (
      select 1 from events e where e.connection = w.connection and e.key = 'watch:' || w.id
    ) limit ${rows}))`;

const deleteHolds =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  delete from holds where id = any(array(
    select id from holds h where changed_at < ${before}::bigint and not exists (
      select 1 from events e where e.hold_id = h.id
    ) limit ${rows}))`;

/** In the order of their events' ids, which is that of the events' own removal. */
const deleteEntries =
  (table: 'stage_entries' | 'entry_campaigns', before: Millis): Removal =>
  (rows) =>
    sql`
  delete from ${sql.table(table)} where event_id = any(array(
    select event_id from ${sql.table(table)} where event_id < coalesce((select id from events order by id limit 1), 0)
      and entered_at < ${Math.floor(before / 1000)}::bigint limit ${rows}))`;

const deleteFirstReports =
  (now: Millis): Removal =>
  (rows) =>
    sql`
  delete from first_reports where ctid = any(array(
    select ctid from first_reports where at < ${now - FIRST_REPORTS_KEPT_MS}::bigint limit ${rows}))`;
