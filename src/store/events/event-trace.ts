import { type Selectable, sql } from 'kysely';
import { kindNamed, parseAction, STATUS_FIELD_KINDS } from '../../domain/actions.ts';
import type { Db } from '../database/database.ts';
import type { ActionRow, AttemptRow, Millis } from '../database/schema.ts';
import { allRequests, type StoredRequest } from '../inbox.ts';
import { type ListedEvent, listEvents } from './activity.ts';
import { type TracedAction, withAction } from './traced-action.ts';

/** One event with everything that led to it and followed from it. */
export interface StoredTrace {
  event: ListedEvent;
  requests: StoredRequest[];
  actions: TracedAction[];
  attempts: Selectable<AttemptRow>[];
}

/** One deal can be reported by very many requests while Kommo is down, and an action can be tried 300 times. */
const MAX_REQUESTS = 20;
const MAX_ACTIONS = 200;
const MAX_ATTEMPTS = 200;

/** Null where there is no such event in these connections. */
export async function eventTrace(db: Db, connections: string[], id: number): Promise<StoredTrace | null> {
  const [event] = await listEvents(db, [id]);
  if (!event || !connections.includes(event.connection)) return null;
  const { rows: requests } = await sql<StoredRequest>`
    select i.* from event_reports r join ${allRequests} i on i.id = r.inbox_id
    where r.event_id = ${id}::bigint order by i.id limit ${MAX_REQUESTS}
  `.execute(db);
  const actions = await actionsOfEvent(db, id);
  // Found first and sorted afterwards: with the limit in one step, the planner would read all attempts from the newest on.
  const { rows: attempts } = await sql<Selectable<AttemptRow>>`
    with found as materialized (
      select * from attempts where action_ids && ${actions.map((action) => action.id)}::bigint[]
    )
    select * from (select * from found order by id desc limit ${MAX_ATTEMPTS}) latest order by id
  `.execute(db);
  return { event, requests, actions, attempts };
}

export async function actionsOfEvent(db: Db, id: number): Promise<TracedAction[]> {
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where('event_id', '=', id)
    .orderBy('id')
    .limit(MAX_ACTIONS)
    .execute();
  return rows.map(withAction);
}

/** A status field of a deal that a report has set. */
export interface FieldHistoryEntry {
  event_id: number;
  deal_id: number;
  field: string;
  value: string;
  state: ActionRow['state'];
  created_at: Millis;
  done_at: Millis | null;
}

/** Status fields of deals that reports have set, the newest first. */
export async function fieldHistory(
  db: Db,
  connection: string,
  deals: number[],
  limit: number,
): Promise<FieldHistoryEntry[]> {
  if (deals.length === 0) return [];
  const { rows } = await sql<Omit<FieldHistoryEntry, 'field' | 'value'> & Pick<ActionRow, 'payload'>>`
    select event_id, deal_id, payload, state, created_at, done_at from actions
    where connection = ${connection} and deal_id = any(${deals}::bigint[]) and kind = any(${STATUS_FIELD_KINDS}::text[]) and payload <> '{}'
    order by id desc limit ${limit}
  `.execute(db);
  return rows.flatMap(({ payload, ...row }) => {
    const action = parseAction(payload);
    const change = action && kindNamed(action.kind).statusField?.(action);
    return change ? [{ ...row, ...change }] : [];
  });
}
