import { sql } from 'kysely';
import { type Action, parseAction } from '../../domain/actions.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** An event that Customer.io has accepted. */
export interface SentEvent {
  dealId: number;
  /** The identifier at Customer.io. */
  person: string;
  doneAt: Millis;
}

/** The events of a name that were sent about these deals since a time. */
export async function sentEvents(
  db: Db,
  {
    connection,
    name,
    dealIds,
    since,
  }: { connection: string; name: string; dealIds: number[]; since: Millis },
): Promise<SentEvent[]> {
  const { rows } = await sql<SentEvent>`
    select deal_id as "dealId", payload->>'person' as person, done_at as "doneAt" from actions
    where connection = ${connection} and deal_id = any(${dealIds}::bigint[]) and kind = 'track' and state = 'done'
      and done_at >= ${since}::bigint and payload->>'name' = ${name}
  `.execute(db);
  return rows;
}

/** An event, note or task that is still to be sent. */
export interface OpenAction {
  id: number;
  dealId: number;
  payload: Action;
}

/** The open events, notes and tasks of these deals, the oldest first. */
export async function openActions(db: Db, connection: string, dealIds: number[]): Promise<OpenAction[]> {
  const { rows } = await sql<{ id: number; dealId: number; payload: unknown }>`
    select id, deal_id as "dealId", payload from actions
    where connection = ${connection} and deal_id = any(${dealIds}::bigint[]) and kind in ('track', 'note', 'task')
      and state in ('waiting', 'ready', 'sending')
    order by id
  `.execute(db);
  return rows.flatMap(({ id, dealId, payload }) => {
    const action = parseAction(payload);
    return action === null ? [] : [{ id, dealId, payload: action }];
  });
}
