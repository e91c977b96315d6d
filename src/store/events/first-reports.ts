import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { jsonText } from '../database/database.ts';
import type { FirstReportRow } from '../database/schema.ts';

/** Notes that these were the first reports of their messages. */
export async function addFirstReports(trx: LeasedTransaction, reports: FirstReportRow[]): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    insert into first_reports (connection, name, delivery_id, event_id)
    select r.connection, r.name, r.delivery_id, r.event_id
    from jsonb_to_recordset(${jsonText(reports)}::jsonb) as r(connection text, name text, delivery_id text, event_id bigint)
    on conflict do nothing
  `.execute(trx);
}
