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
  /** Missing where an email is due, or none is the subject. */
  no_email?: EventRow['no_email'];
  /** The responsible user of the deal; missing where the deal was not read. */
  owner_id?: EventRow['owner_id'];
  /** Missing for a decision of the rules. */
  set_aside?: EventRow['set_aside'];
  /** When a move that waits is planned again. */
  next_attempt_at?: Millis;
  /** Of a held move. */
  hold_id?: number;
  /** Of a report: the event that started the campaign of its email. */
  caused_by?: number | null;
}

/**
 * Stores decisions. A move that waits or is held is not decided yet: it has no time of planning, and keeps when it began to
 * wait.
 * @returns the ids of the events that were not planned before. Only the consequences of those may be stored: a process
 * that lost its lease during planning finds events that another process has planned.
 */
export async function markPlanned(
  trx: LeasedTransaction,
  events: PlannedEvent[],
  now: Millis,
): Promise<Set<number>> {
  if (events.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`${markedEvents(events, now)} returning events.id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** The statement of `markPlanned`, to which further conditions can be added. */
export function markedEvents(events: PlannedEvent[], now: Millis) {
  return sql`
    update events set state = r.state, reason = r.reason, rule = r.rule, warnings = r.warnings,
      planned_at = case when r.state in ('waiting', 'held') then null else ${now}::bigint end,
      waiting_since = case when r.state in ('waiting', 'held') then coalesce(events.waiting_since, ${now})
        else events.waiting_since end,
      hold_id = coalesce(r.hold_id, events.hold_id),
      caused_by = coalesce(r.caused_by, events.caused_by),
      next_attempt_at = coalesce(r.next_attempt_at, events.next_attempt_at),
      attempts = case when r.state = 'waiting' then 0 else events.attempts end,
      person = coalesce(r.person, events.person), deal_id = coalesce(r.deal_id, events.deal_id),
      rules_version = r.rules_version, client_state = r.client_state, set_aside = r.set_aside,
      no_email = r.no_email, owner_id = coalesce(r.owner_id, events.owner_id)
    from jsonb_to_recordset(${jsonText(events)}::jsonb)
      as r(id bigint, state text, reason text, rule text, warnings jsonb, person text, deal_id bigint,
        rules_version int, client_state text, set_aside text, next_attempt_at bigint, hold_id bigint,
        caused_by bigint, no_email text, owner_id bigint)
    where events.id = r.id and events.id = ${idsOf(events)} and events.state in ('new', 'waiting')
  `;
}
