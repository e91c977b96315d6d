import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** An event that was put into the outbox for Customer.io, by the ULID with which it is sent. */
export interface SentEvent {
  ulid: string;
  /** The stage change or timer that it is sent for. */
  event_id: number;
  deal_id: number;
  /** The person's identifier at Customer.io; null after the retention time. */
  person: string | null;
}

/**
 * The events of a connection that have these ULIDs. An event whose outcome is not known yet counts: its campaign may send an
 * email before the answer to the call is stored.
 */
export async function sentEvents(db: Db, connection: string, ulids: string[]): Promise<SentEvent[]> {
  if (ulids.length === 0) return [];
  // The limit makes each ULID a lookup of its own in the index `actions_ulid`.
  const { rows } = await sql<SentEvent>`
    select a.ulid, a.event_id, a.deal_id, a.person
    from unnest(${ulids}::text[]) as t(ulid) cross join lateral (
      select ulid, connection, event_id, deal_id, payload->>'person' as person from actions
      where kind = 'track' and ulid = t.ulid limit 1
    ) a
    where a.connection = ${connection} and a.deal_id is not null
  `.execute(db);
  return rows;
}
