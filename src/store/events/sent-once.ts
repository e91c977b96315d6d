import { sql } from 'kysely';
import type { SentEvent } from '../../domain/plan/sent-before.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';

/** An event to remember for rules with `once`. */
export interface NewSentEvent extends SentEvent {
  /** The stage change. */
  eventId: number;
}

/**
 * The events of these names that were sent for these deals or people: those that a rule with `once` has remembered, and those
 * that the outbox still has from before the rule had `once`. An event that somebody has discarded was not sent; a failed one can
 * be replayed and counts.
 * @param persons their keys, with the identifiers at Customer.io and the deals under which the outbox may have their events
 * @param before only those of events with a smaller id
 */
export async function sentForDealsOrPeople(
  db: Db,
  connection: string,
  names: string[],
  dealIds: number[],
  persons: { key: string; identifiers: string[]; dealIds: number[] }[],
  before: number,
): Promise<SentEvent[]> {
  const keys = persons.map(({ key }) => key);
  const ofPeople = [...new Set([...dealIds, ...persons.flatMap((person) => person.dealIds)])];
  const { rows } = await sql<SentEvent>`
    with people as (
      select p.key, i.identifier from jsonb_to_recordset(${jsonText(persons)}::jsonb) as p(key text, identifiers jsonb)
        cross join lateral jsonb_array_elements_text(p.identifiers) as i(identifier)
    ), remembered as (
      select event, deal_id, person, event_id, occurred_at from sent_once
      where connection = ${connection} and deal_id = any(${dealIds}::bigint[])
      union
      select event, deal_id, person, event_id, occurred_at from sent_once
      where connection = ${connection} and person = any(${keys}::text[])
    )
    select r.event, r.deal_id as "dealId", r.person as key, r.occurred_at as at from remembered r
    where r.event = any(${names}::text[]) and r.event_id < ${before}::bigint and not exists (
      select 1 from actions a where a.event_id = r.event_id and a.kind = 'track' and a.state = 'dropped'
        and a.payload->>'name' = r.event)
    union all
    select a.payload->>'name', a.deal_id, coalesce(p.key, ''), (a.payload->>'timestamp')::bigint from actions a
      left join people p on p.identifier = a.payload->>'person'
    where a.connection = ${connection} and a.deal_id = any(${ofPeople}::bigint[]) and a.kind = 'track'
      and a.state <> 'dropped' and a.payload->>'name' = any(${names}::text[]) and a.event_id < ${before}::bigint
  `.execute(db);
  return rows;
}

/** Remembers events for longer than the outbox keeps them. */
export async function addSentEvents(
  trx: LeasedTransaction,
  connection: string,
  sent: NewSentEvent[],
): Promise<void> {
  if (sent.length === 0) return;
  await sql`
    insert into sent_once (connection, event, deal_id, person, event_id, occurred_at)
    select distinct on (event, "dealId", key) ${connection}, event, "dealId", key, "eventId", at
    from jsonb_to_recordset(${jsonText(sent)}::jsonb) as s(event text, "dealId" bigint, key text, "eventId" bigint, at bigint)
    order by event, "dealId", key, "eventId" desc
    on conflict (connection, deal_id, event, person) do update
      set event_id = excluded.event_id, occurred_at = excluded.occurred_at
  `.execute(trx);
}
