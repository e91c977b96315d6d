import { sql } from 'kysely';
import { stopReports } from '../../domain/rules/stop-reports.ts';
import { type Db, jsonText } from '../database/database.ts';
import {
  deleteOldRows,
  dropPartitions,
  PARTITIONED_TABLES,
  type PartitionedTable,
} from '../database/partitions/partitions.ts';
import type { Millis } from '../database/schema.ts';
import { type Removal, removeInSteps } from './removals.ts';
import { Steps } from './steps.ts';

/**
 * Removes personal data that is older than `before`: requests, contents of events, finished actions and dead letters, and
 * records of calls. What is needed to recognise a person stays: identifier, deals, the attributes last sent, and the ledger of
 * consent, which says whether the person can get email. How long the emptied events and actions stay: see past-events.ts.
 *
 * Requests and calls go with their partitions, a few rows of other times one by one.
 * @returns how many rows were emptied or deleted one by one.
 */
export async function removePersonalData(db: Db, before: Millis, steps = new Steps()): Promise<number> {
  const removals = [
    emptyEvents(before, await awaitedReports(db, before)),
    giveUpWaitingEvents(before),
    emptyActions(before),
    deleteFoundReports(before),
    deleteLeftOut(before),
    deleteFormerRequests(before),
    deleteEmptiedRequests,
  ];
  let total = 0;
  for (const removal of removals) total += await removeInSteps(db, removal, steps);
  for (const table of PARTITIONED_TABLES) total += await removeOldRows(db, table, before, steps);
  await removeInSteps(db, deleteReports, steps);
  return total;
}

async function removeOldRows(db: Db, table: PartitionedTable, before: Millis, steps: Steps): Promise<number> {
  let total = 0;
  for (const partition of await dropPartitions(db, table, before))
    total += await removeInSteps(db, (rows) => deleteOldRows(table, partition, before, rows), steps);
  return total;
}

/** Requests that an earlier version has left in the inbox. */
const deleteFormerRequests =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  delete from inbox where id in (
    select id from inbox where received_at < ${before} and body is not null and state = 'done' limit ${rows}
  )`;

/** Those that an earlier version has emptied. They are the oldest ones, so that the others are not visited. */
const deleteEmptiedRequests: Removal = (rows) => sql`
  delete from inbox where id in (
    select id from (select id, body, state from inbox order by id limit ${rows}) oldest where body is null and state = 'done'
  )`;

/** Which requests reported an event: of requests that are gone. */
const deleteReports: Removal = (rows) => sql`
  delete from event_reports where (event_id, inbox_id) in (
    select event_id, inbox_id from (select event_id, inbox_id from event_reports order by event_id limit ${rows}) oldest
    where inbox_id < least(
      (select id from inbox order by id limit 1), (select id from inbox_done order by id limit 1)))`;

/** Reports that a running timer asks for when it runs out, where it was started before the time to keep contents. */
interface AwaitedReports {
  connection: string;
  /** A report that stops the timer. */
  name: string;
  /** When the first of these timers was started. */
  since: Millis;
}

/** None, unless contents are kept for a shorter time than a timer runs. */
async function awaitedReports(db: Db, before: Millis): Promise<AwaitedReports[]> {
  const { rows } = await sql<Omit<AwaitedReports, 'name'> & { unless: string }>`
    select connection, unless, min(started_at) as since from watches
    where state = 'running' and started_at < ${before} group by connection, unless`.execute(db);
  return rows.flatMap(({ unless, ...row }) => stopReports(unless).map((name) => ({ ...row, name })));
}

const isAwaited = (awaited: AwaitedReports[]) => sql`
  kind = 'mail_report' and exists (
    select 1 from jsonb_to_recordset(${jsonText(awaited)}::jsonb) as a(connection text, name text, since bigint)
    where a.connection = events.connection and a.name = events.name and events.occurred_at >= a.since / 1000
  )`;

const emptyEvents =
  (before: Millis, awaited: AwaitedReports[]): Removal =>
  (rows) =>
    sql`
  update events set payload = '{}', person = null, reason = null, warnings = '[]' where id in (
    select id from events
    where created_at < ${before} and payload <> '{}' and state in ('planned', 'ignored')
      ${awaited.length === 0 ? sql`` : sql`and not (${isAwaited(awaited)})`}
    limit ${rows}
  )`;

/** Gives up what still waits for its person at the end of the retention time. */
const giveUpWaitingEvents =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  update events set payload = '{}', person = null, state = 'ignored',
    reason = 'No matching client was found before the retention time ended.'
  where id in (
    select id from events where created_at < ${before} and payload <> '{}' and state in ('parked', 'waiting', 'held') limit ${rows}
  )`;

const emptyActions =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  update actions set payload = '{}', subject = '', error = null, warnings = '[]' where id in (
    select id from actions
    where created_at < ${before} and payload <> '{}' and state in ('done', 'dropped', 'dead') limit ${rows}
  )`;

/** The lists of backfills: their sentences name contacts and addresses. */
const deleteLeftOut =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  delete from backfill_left_out where (backfill_id, deal_id) in (
    select l.backfill_id, l.deal_id from backfill_left_out l join backfills b on b.id = l.backfill_id
    where coalesce(b.ended_at, b.created_at) < ${before} and b.state not in ('planning', 'running', 'paused') limit ${rows}
  )`;

const deleteFoundReports =
  (before: Millis): Removal =>
  (rows) =>
    sql`
  delete from found_reports where event_id in (select event_id from found_reports where found_at < ${before} limit ${rows})`;
