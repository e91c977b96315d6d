import { type Insertable, type Selectable, sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, idsOf, jsonText } from '../database/database.ts';
import type { IncompleteMoveRow, Millis, MoveRow } from '../database/schema.ts';

/** All known moves of these deals. */
export async function movesOf(db: Db, connection: string, dealIds: number[]): Promise<Selectable<MoveRow>[]> {
  if (dealIds.length === 0) return [];
  return db
    .selectFrom('moves')
    .selectAll()
    .where('connection', '=', connection)
    .where('deal_id', '=', anyOf(dealIds, 'bigint'))
    .orderBy('id')
    .execute();
}

export async function addMoves(trx: LeasedTransaction, moves: Insertable<MoveRow>[]): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    insert into moves (connection, deal_id, from_stage_id, pipeline_id, stage_id, hook_at, hook_times, arrived_at,
      kommo_event_id, kommo_event_at, event_id, event_key)
    select r.connection, r.deal_id, r.from_stage_id, r.pipeline_id, r.stage_id, r.hook_at, r.hook_times, r.arrived_at,
      r.kommo_event_id, r.kommo_event_at, r.event_id, r.event_key
    from jsonb_to_recordset(${jsonText(moves)}::jsonb) as r(connection text, deal_id bigint, from_stage_id bigint,
      pipeline_id bigint, stage_id bigint, hook_at bigint, hook_times jsonb, arrived_at bigint, kommo_event_id text,
      kommo_event_at bigint, event_id bigint, event_key text)
  `.execute(trx);
}

/** The sources of a known move, after another report of it. */
export type MoveSources = { id: number } & Pick<
  Selectable<MoveRow>,
  'from_stage_id' | 'hook_at' | 'hook_times' | 'arrived_at' | 'kommo_event_id' | 'kommo_event_at'
>;

/** Adds what another report says about known moves. */
export async function updateMoveSources(trx: LeasedTransaction, moves: MoveSources[]): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    update moves set from_stage_id = r.from_stage_id, hook_at = r.hook_at, hook_times = r.hook_times, arrived_at = r.arrived_at,
      kommo_event_id = r.kommo_event_id, kommo_event_at = r.kommo_event_at
    from jsonb_to_recordset(${jsonText(moves)}::jsonb)
      as r(id bigint, from_stage_id bigint, hook_at bigint, hook_times jsonb, arrived_at bigint, kommo_event_id text,
        kommo_event_at bigint)
    where moves.id = r.id and moves.id = ${idsOf(moves)}
  `.execute(trx);
}

/** Corrects the times of moves that are still to be planned, by their events' keys. */
export async function correctMoveTimes(
  trx: LeasedTransaction,
  connection: string,
  moves: { key: string; at: UnixSeconds }[],
): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    update events set occurred_at = r.at, payload = jsonb_set(events.payload, '{occurredAt}', to_jsonb(r.at))
    from jsonb_to_recordset(${jsonText(moves)}::jsonb) as r(key text, at bigint)
    where events.connection = ${connection} and events.key = r.key
      and events.key = ${anyOf(
        moves.map(({ key }) => key),
        'text',
      )}
      and events.state in ('new', 'waiting') and events.kind = 'deal_moved' and events.occurred_at <> r.at
  `.execute(trx);
}

/** A report of a stage change to complete with what Kommo says. */
export type NewIncompleteMove = Pick<Selectable<IncompleteMoveRow>, 'connection' | 'inbox_id' | 'report'>;

/** To be called while the requests are in the inbox, before they are marked as understood. */
export async function addIncompleteMoves(trx: LeasedTransaction, rows: NewIncompleteMove[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into untimed_moves (connection, inbox_id, report, received_at)
    select r.connection, r.inbox_id, r.report, (select i.received_at from inbox i where i.id = r.inbox_id)
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text, inbox_id bigint, report jsonb)
  `.execute(trx);
}

/** A stored report that is incomplete, with the arrival of its request. */
export type StoredIncompleteMove = Selectable<IncompleteMoveRow> & { received_at: Millis };

/** When the request of an incomplete move `u` came. Rows of earlier versions do not say it, and left it in the inbox. */
export const arrivalOf = (u: string) =>
  sql<Millis>`coalesce(${sql.ref(`${u}.received_at`)}, (select i.received_at from inbox i where i.id = ${sql.ref(`${u}.inbox_id`)}))`;

/** The incomplete reports that are due to be looked up in Kommo. */
export async function dueIncompleteMoves(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
): Promise<StoredIncompleteMove[]> {
  return db
    .selectFrom('untimed_moves')
    .select(['id', 'connection', 'inbox_id', 'report', 'attempts', 'next_attempt_at'])
    .select(arrivalOf('untimed_moves').as('received_at'))
    .where('connection', '=', connection)
    .where('next_attempt_at', '<=', now)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function deleteIncompleteMoves(trx: LeasedTransaction, ids: number[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('untimed_moves').where('id', 'in', ids).execute();
}

export async function postponeIncompleteMove(
  trx: LeasedTransaction,
  id: number,
  attempts: number,
  nextAttemptAt: Millis,
): Promise<void> {
  await trx
    .updateTable('untimed_moves')
    .set({ attempts, next_attempt_at: nextAttemptAt })
    .where('id', '=', id)
    .execute();
}
