import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Whether Customer.io names the events that Stagepost sends in the reports of their campaigns: what was seen. */
export interface TriggerEvidence {
  /** Trigger events in reports that were events of Stagepost. */
  matched: number;
  /** Those that were none, although an event of Stagepost was sent to that person at that time. A sample. */
  unmatched: number;
}

/** A trigger event that is no event of Stagepost. */
export interface UnmatchedTrigger {
  /** The time in its ULID. */
  at: Millis;
  /** The deals of the report's person. */
  deals: number[];
}

/** How far the time in a trigger event's ULID may be from that of our call, ms: Customer.io's clock, and its queue. */
const NEARBY_MS = 60_000;

/** Counts what the reports of a batch have shown. Unmatched ones count only where an event was sent for one of the deals. */
export async function addTriggerEvidence(
  trx: LeasedTransaction,
  connection: string,
  { matched, unmatched }: { matched: number; unmatched: UnmatchedTrigger[] },
): Promise<void> {
  if (matched + unmatched.length === 0) return;
  await sql`
    insert into trigger_evidence (connection, matched, unmatched)
    select ${connection}, ${matched}::bigint, count(*) filter (where exists (
      select 1 from jsonb_array_elements_text(u.deals) as d(id)
        join actions a on a.connection = ${connection} and a.deal_id = d.id::bigint
      where a.kind = 'track' and a.sent_at between u.at - ${NEARBY_MS} and u.at + ${NEARBY_MS}
    ))
    from (select 1) one left join jsonb_to_recordset(${jsonText(unmatched)}::jsonb) as u(at bigint, deals jsonb) on true
    on conflict (connection) do update set matched = trigger_evidence.matched + excluded.matched,
      unmatched = trigger_evidence.unmatched + excluded.unmatched
  `.execute(trx);
}

/** Whether Customer.io has named an event of this connection: then it names all of them. */
export async function namesOurEvents(db: Db, connection: string): Promise<boolean> {
  const [seen] = await triggerEvidence(db, [connection]);
  return seen!.matched > 0;
}

/** What was seen of these connections since the database is kept. */
export async function triggerEvidence(
  db: Db,
  connections: string[],
): Promise<(TriggerEvidence & { connection: string })[]> {
  const rows = await db
    .selectFrom('trigger_evidence')
    .selectAll()
    .where('connection', '=', anyOf(connections, 'text'))
    .execute();
  const nothing = { matched: 0, unmatched: 0 };
  return connections.map(
    (connection) => rows.find((row) => row.connection === connection) ?? { connection, ...nothing },
  );
}
