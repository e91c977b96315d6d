import { type RawBuilder, sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { idsOf, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { StoredEvent } from './events.ts';
import { eventsToPlan } from './events-to-plan.ts';

/** Excludes events from planning until a time. */
export async function postponeEvents(trx: LeasedTransaction, ids: number[], until: Millis): Promise<void> {
  if (ids.length === 0) return;
  await trx.updateTable('events').set({ next_attempt_at: until }).where('id', 'in', ids).execute();
}

/** Postpones the event that would be planned next, with the waiting moves that it concerns: it holds up the others. */
export async function postponeFirst(trx: LeasedTransaction, connection: string, now: Millis): Promise<void> {
  const { events } = await eventsToPlan(trx, connection, now, 1, { mayWait: true, withDue: true });
  await postponeWithDeals(trx, events, now);
}

/**
 * Postpones events of one connection that could not be planned, and with them every other new event of their deals. All
 * events of a deal wait as long as the one that has failed most often, so that none of them overtakes it.
 */
export async function postponeWithDeals(
  trx: LeasedTransaction,
  events: Pick<StoredEvent, 'id' | 'connection' | 'deal_id'>[],
  now: Millis,
): Promise<void> {
  const [first] = events;
  if (!first) return;
  const dealIds = events.map(({ deal_id }) => deal_id).filter((id) => id !== null);
  const withoutDeal = events.filter(({ deal_id }) => deal_id === null).map(({ id }) => id);
  await sql`
    with waiting as (
      select id, max(attempts) over (partition by deal_id) as attempts from events
      where connection = ${first.connection} and state in ('new', 'waiting') and deal_id = any(${dealIds}::bigint[])
      union all
      select id, attempts from events where id = any(${withoutDeal}::bigint[])
    )
    update events set attempts = waiting.attempts + 1,
      next_attempt_at = ${now}::bigint + ${backoffMs(sql`waiting.attempts`)}
    from waiting where events.id = waiting.id
  `.execute(trx);
}

/** Says of events that are still to be planned why they wait. */
export async function explainWaiting(
  trx: LeasedTransaction,
  events: { id: number; reason: string }[],
): Promise<void> {
  await sql`
    update events set reason = r.reason
    from jsonb_to_recordset(${jsonText(events)}::jsonb) as r(id bigint, reason text)
    where events.id = r.id and events.id = ${idsOf(events)} and events.state in ('new', 'waiting')
  `.execute(trx);
}

/** Postpones events that could not be planned, each by itself. */
export async function postponeFailed(trx: LeasedTransaction, ids: number[], now: Millis): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update events set attempts = attempts + 1, next_attempt_at = ${now}::bigint + ${backoffMs(sql`attempts`)}
    where id = any(${ids}::bigint[])
  `.execute(trx);
}

/** The wait after so many attempts and one more: 4 s, then twice as long each time, up to an hour. */
function backoffMs(attempts: RawBuilder<unknown>) {
  return sql`least(3600000, 4000 * 2 ^ least(${attempts}, 20))::bigint`;
}
