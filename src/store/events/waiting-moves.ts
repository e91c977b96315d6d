import { type RawBuilder, sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis, WaitingContactRow } from '../database/schema.ts';
import type { StoredEvent } from './events.ts';

/** Which waiting moves to plan again. */
export interface WaitingSelection {
  /** The moves of these deals. */
  dealIds: number[];
  /** The moves that have seen one of these contacts on their deal. */
  contactIds: number[];
  /** At most so many of the moves that are due by the clock. */
  due: number;
}

/** A deal has a handful of stages; a limit keeps the lookups of many deals separate. */
const MAX_OF_DEAL = 100;

/**
 * The waiting moves to plan again, with all others of their deals: a later move of a deal must not be sent before an
 * earlier one. Each lookup reads an index that holds waiting moves only.
 */
export async function waitingMoves(
  db: Db,
  connection: string,
  { dealIds, contactIds, due }: WaitingSelection,
  now: Millis,
): Promise<StoredEvent[]> {
  const { rows } = await sql<StoredEvent>`
    with deals as (
      select unnest(${dealIds}::bigint[]) as deal_id
      union
      ${dealsOfContacts(connection, contactIds)}
      union
      (select deal_id from events where connection = ${connection} and state = 'waiting'
        and next_attempt_at <= ${now}::bigint order by next_attempt_at limit ${due})
    )
    select e.* from deals cross join lateral (
      select * from events
      where connection = ${connection} and deal_id = deals.deal_id and state = 'waiting'
      order by id limit ${MAX_OF_DEAL}
    ) e
  `.execute(db);
  return rows;
}

function dealsOfContacts(connection: string, contactIds: number[]): RawBuilder<unknown> {
  return sql`
    select e.deal_id from unnest(${contactIds}::bigint[]) as c(contact_id)
    join waiting_contacts w on w.connection = ${connection} and w.contact_id = c.contact_id
    join events e on e.id = w.event_id and e.state = 'waiting'`;
}

/** Replaces the contacts whose changes have these moves planned again. @param eventIds of all moves that wait or waited */
export async function saveWaitingContacts(
  trx: LeasedTransaction,
  eventIds: number[],
  contacts: WaitingContactRow[],
): Promise<void> {
  if (eventIds.length === 0) return;
  await sql`
    with forgotten as (
      delete from waiting_contacts where event_id = any(${eventIds}::bigint[])
        and (contact_id, event_id) not in (select contact_id, event_id from jsonb_to_recordset(${jsonText(contacts)}::jsonb)
          as r(contact_id bigint, event_id bigint))
    )
    insert into waiting_contacts (connection, contact_id, event_id)
    select connection, contact_id, event_id from jsonb_to_recordset(${jsonText(contacts)}::jsonb)
      as r(connection text, contact_id bigint, event_id bigint)
    on conflict do nothing
  `.execute(trx);
}

/** Ends the waiting and the hold of the moves that a deal made until it was deleted. @param until unix seconds */
export async function endWaitingOfDeal(
  trx: LeasedTransaction,
  { connection, dealId, until }: { connection: string; dealId: number; until: UnixSeconds },
  now: Millis,
): Promise<void> {
  await sql`
    with ended as (
      update events set state = 'ignored', reason = case when state = 'held' then 'The deal was deleted while the event was held.'
          else 'The deal was deleted before it had a contact with an email.' end,
        planned_at = ${now}::bigint
      where connection = ${connection} and deal_id = ${dealId}::bigint and state in ('waiting', 'held')
        and occurred_at <= ${until}::bigint
      returning id
    )
    delete from waiting_contacts where event_id in (select id from ended)
  `.execute(trx);
}
