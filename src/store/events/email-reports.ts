import { sql } from 'kysely';
import type { TiedReport } from '../../domain/answer/event-emails.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { MailReport } from '../../domain/events.ts';
import { withSenderNames } from '../campaigns/sender-names.ts';
import type { Db } from '../database/database.ts';

/** An email has a handful of reports: these are those of the first dozens of emails after an event. */
const MAX_REPORTS = 200;

/** The reports about people from a time on, in the order of receipt, without those whose contents were removed. */
export async function reportsSinceTime(
  db: Db,
  connection: string,
  names: string[],
  since: UnixSeconds,
): Promise<TiedReport[]> {
  const { rows } = await sql<{ connection: string; payload: MailReport; causedBy: number | null }>`
    select ${connection} as connection, e.payload, e.caused_by as "causedBy" from unnest(${names}::text[]) as n(person) cross join lateral (
      select id, payload, caused_by from events
      where connection = ${connection} and person = n.person and kind = 'mail_report'
        and occurred_at >= ${since}::bigint and payload <> '{}'
      order by id limit ${MAX_REPORTS}
    ) e order by e.id
  `.execute(db);
  const named = await withSenderNames(db, rows);
  return named.map(({ payload, causedBy }) => ({ report: payload, causedBy }));
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
