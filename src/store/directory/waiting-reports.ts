import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** The reason shown for reports that wait until the directory has been read. */
export const WAITING_FOR_DIRECTORY =
  "Waiting until the contacts of the Kommo account have been read, to find the report's person.";

/** Reports released by one statement: a long one would hold up webhooks on the embedded database. */
const RELEASED_AT_ONCE = 2_000;

/** Postpones reports until the directory has been read, at the latest until a time. */
export async function waitForDirectory(trx: LeasedTransaction, ids: number[], until: Millis): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update events set next_attempt_at = ${until}, reason = ${WAITING_FOR_DIRECTORY}
    where id = any(${ids}::bigint[]) and state = 'new'
  `.execute(trx);
}

/** How many reports are still to be planned, counted up to `limit`. */
export async function countNewReports(db: Db, connection: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select 1 from events where connection = ${connection} and state = 'new' and kind = 'mail_report' limit ${limit}
    ) as reports
  `.execute(db);
  return rows[0]!.count;
}

/** Makes some of the reports that wait for the directory due. @returns whether there may be more. */
export async function releaseReports(
  trx: LeasedTransaction,
  connection: string,
  now: Millis,
): Promise<boolean> {
  const { rows } = await sql`
    update events set next_attempt_at = ${now}, reason = null
    where id in (
      select id from events where connection = ${connection} and state = 'new' and next_attempt_at > ${now}
        and reason = ${WAITING_FOR_DIRECTORY} limit ${RELEASED_AT_ONCE}
    )
    returning 1
  `.execute(trx);
  return rows.length === RELEASED_AT_ONCE;
}

/** Whether there are reports whose person was not found. */
export async function hasParkedReports(db: Db, connection: string): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('parked'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
