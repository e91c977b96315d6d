import { sql } from 'kysely';
import type { MailReport } from '../../domain/events.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { EventState, Millis } from '../database/schema.ts';

/** A stored report that may be the same as another one. */
export interface StoredReport {
  id: number;
  /** The reports for which it was found, by their index. */
  index: number;
  key: string;
  name: string;
  state: EventState;
  report: Pick<MailReport, 'occurredAt' | 'deliveryId' | 'machine'>;
}

/** What to look for: the reports of a person, under any of these names of the person. */
export interface SoughtReports {
  persons: string[];
  /** The metric: `opened`, `unsubscribed`. */
  metric: string;
}

/** The stored reports of these people with these metrics. A person has some tens of each. */
export async function storedReports(
  db: Db,
  connection: string,
  sought: SoughtReports[],
): Promise<StoredReport[]> {
  if (sought.length === 0) return [];
  const wanted = sought.flatMap(({ persons, metric }, index) =>
    persons.map((person) => ({ index, person, metric: `%\\_${metric}` })),
  );
  const { rows } = await sql<Omit<StoredReport, 'report'> & { payload: MailReport }>`
    select e.id, r.index, e.key, e.name, e.state, e.payload
    from jsonb_to_recordset(${jsonText(wanted)}::jsonb) as r(index int, person text, metric text)
    cross join lateral (
      select id, key, name, state, payload from events
      where connection = ${connection} and person = r.person and kind = 'mail_report' and name like r.metric
        and payload <> '{}'
      order by id desc limit ${MAX_REPORTS}
    ) e
  `.execute(db);
  return rows.map(({ payload, ...row }) => ({ ...row, report: payload }));
}

/** Of one person and metric the newest are read. */
const MAX_REPORTS = 500;

/** Records reports that only the activity log has shown. */
export async function addFoundReports(
  trx: LeasedTransaction,
  connection: string,
  found: { eventId: number; name: string }[],
  now: Millis,
): Promise<void> {
  if (found.length === 0) return;
  await sql`
    insert into found_reports (event_id, connection, name, found_at)
    select r."eventId", ${connection}, r.name, ${now}::bigint
    from jsonb_to_recordset(${jsonText(found)}::jsonb) as r("eventId" bigint, name text)
    on conflict do nothing
  `.execute(trx);
}

/** Records that webhooks have brought these reports after all. */
export async function markReported(trx: LeasedTransaction, eventIds: number[], now: Millis): Promise<void> {
  if (eventIds.length === 0) return;
  await sql`
    update found_reports set reported_at = ${now}::bigint
    where event_id = any(${eventIds}::bigint[]) and reported_at is null
  `.execute(trx);
}
