import { sql } from 'kysely';
import { ARRIVALS } from '../../domain/consent/entries-of-report.ts';
import type { MailReport } from '../../domain/events.ts';
import { isStagepostEvent } from '../../domain/stored-values.ts';
import type { Db } from '../database/database.ts';

/** Of the messages that came through, the newest are enough. */
const MAX_ARRIVALS = 20;

/** The stored reports of messages to these people that came through: they end a bounce that is reported late. */
export async function arrivalReports(
  db: Db,
  connection: string,
  persons: string[],
): Promise<{ eventId: number; report: MailReport }[]> {
  if (persons.length === 0) return [];
  const { rows } = await sql<{ id: number; payload: unknown }>`
    select e.id, e.payload from unnest(${persons}::text[]) as n(person) cross join lateral (
      select id, payload from events
      where connection = ${connection} and person = n.person and kind = 'mail_report'
        and name = any(${ARRIVALS}::text[]) and payload <> '{}'
      order by id desc limit ${MAX_ARRIVALS}
    ) e
  `.execute(db);
  return rows.flatMap(({ id, payload }) =>
    isStagepostEvent(payload) && payload.kind === 'mail_report' ? [{ eventId: id, report: payload }] : [],
  );
}
