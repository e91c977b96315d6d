import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, idsOf, jsonText } from '../database/database.ts';
import type { EventRow, EventState, Millis } from '../database/schema.ts';

/** The reasons why no person was found for these names, as far as they were looked up since a time. */
export async function parkedReasons(
  db: Db,
  connection: string,
  names: string[],
  since: Millis,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('events')
    .select(['person', 'reason'])
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('parked'))
    .where('person', 'in', names)
    .where('planned_at', '>', since)
    .execute();
  return new Map(rows.map((row) => [row.person!, row.reason ?? '']));
}

export interface PlannedEvent {
  id: number;
  state: EventState;
  reason: string | null;
  rule: string | null;
  warnings: string[];
  person: string | null;
  deal_id: number | null;
  rules_version: number | null;
  client_state: EventRow['client_state'];
  /** Missing for a decision of the rules. */
  set_aside?: EventRow['set_aside'];
}

/**
 * Stores decisions.
 * @returns the ids of the events that were not planned before. Only the consequences of those may be stored: a process
 * that lost its lease during planning finds events that another process has planned.
 */
export async function markPlanned(
  trx: LeasedTransaction,
  events: PlannedEvent[],
  now: Millis,
): Promise<Set<number>> {
  if (events.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    update events set state = r.state, reason = r.reason, rule = r.rule, warnings = r.warnings, planned_at = ${now},
      person = coalesce(r.person, events.person), deal_id = coalesce(r.deal_id, events.deal_id),
      rules_version = r.rules_version, client_state = r.client_state, set_aside = r.set_aside
    from jsonb_to_recordset(${jsonText(events)}::jsonb)
      as r(id bigint, state text, reason text, rule text, warnings jsonb, person text, deal_id bigint,
        rules_version int, client_state text, set_aside text)
    where events.id = r.id and events.id = ${idsOf(events)} and events.state = 'new'
    returning events.id
  `.execute(trx);
  return new Set(rows.map((row) => row.id));
}
