import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { EventRow, Millis } from '../database/schema.ts';

/** An event about a deal or a contact. */
export interface SubjectEvent {
  kind: EventRow['kind'];
  /** The id of the deal or contact. */
  subject: number;
  created_at: Millis;
  occurred_at: UnixSeconds;
  /** Whether a webhook has reported it; else the events log has. */
  reported: boolean;
}

/** The events of these kinds that were stored since then. */
export async function eventsSince(
  db: Db,
  connection: string,
  kinds: EventRow['kind'][],
  since: Millis,
): Promise<SubjectEvent[]> {
  // A lookup for each kind and state: so the index of lists finds the few rows since then.
  const { rows } = await sql<SubjectEvent>`
    select e.kind, e.subject, e.created_at, e.occurred_at::float8 as occurred_at,
      exists (select 1 from event_reports r where r.event_id = e.id) as reported
    from unnest(${kinds}::text[]) k(kind)
    cross join unnest(array['new', 'planned', 'ignored', 'parked', 'waiting']) s(state)
    cross join lateral (
      select id, kind, coalesce(deal_id, contact_id) as subject, created_at, occurred_at from events
      where connection = ${connection} and events.kind = k.kind and events.state = s.state and created_at >= ${since}
    ) e
  `.execute(db);
  return rows;
}
