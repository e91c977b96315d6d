import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { MailReport } from '../../domain/events.ts';
import type { Db } from '../database/database.ts';

/** An email has a handful of reports: these are those of the first dozens of emails after an event. */
const MAX_REPORTS = 200;

/** The reports about people from a time on, in the order of receipt, without those whose contents were removed. */
export async function reportsSinceTime(
  db: Db,
  connection: string,
  names: string[],
  since: UnixSeconds,
): Promise<MailReport[]> {
  const { rows } = await sql<{ payload: MailReport }>`
    select e.payload from unnest(${names}::text[]) as n(person) cross join lateral (
      select id, payload from events
      where connection = ${connection} and person = n.person and kind = 'mail_report'
        and occurred_at >= ${since}::bigint and payload <> '{}'
      order by id limit ${MAX_REPORTS}
    ) e order by e.id
  `.execute(db);
  return rows.map(({ payload }) => payload);
}

/** When the next event of the deal after a time happened that was to send an email; null where there is none. */
export async function nextSendingEvent(
  db: Db,
  connection: string,
  dealId: number,
  after: UnixSeconds,
): Promise<UnixSeconds | null> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => fn.min('occurred_at').as('at'))
    .where('connection', '=', connection)
    .where('deal_id', '=', dealId)
    .where('occurred_at', '>', after)
    .where('kind', 'in', ['deal_moved', 'inactivity'])
    .executeTakeFirst();
  return row?.at ?? null;
}
