import { type Selectable, sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { FirstReportRow, Millis } from '../database/schema.ts';

export type NewFirstReport = Omit<Selectable<FirstReportRow>, 'at'>;

/** Records the first report of each message. */
export async function addFirstReports(
  trx: LeasedTransaction,
  reports: NewFirstReport[],
  now: Millis,
): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    insert into first_reports (connection, name, delivery_id, event_id, at)
    select r.connection, r.name, r.delivery_id, r.event_id, ${now}::bigint
    from jsonb_to_recordset(${jsonText(reports)}::jsonb) as r(connection text, name text, delivery_id text, event_id bigint)
    on conflict do nothing
  `.execute(trx);
}

/** The first reports of these messages, by events below the id `before`. */
export async function firstReportsOf(
  db: Db,
  connection: string,
  deliveryIds: string[],
  before: number,
): Promise<Pick<Selectable<FirstReportRow>, 'name' | 'delivery_id'>[]> {
  if (deliveryIds.length === 0) return [];
  return db
    .selectFrom('first_reports')
    .select(['name', 'delivery_id'])
    .where('connection', '=', connection)
    .where('delivery_id', 'in', deliveryIds)
    .where('event_id', '<', before)
    .execute();
}
