import { type Insertable, type Selectable, sql } from 'kysely';
import type { Json } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, idsOf, jsonText } from '../database/database.ts';
import type { Millis, MoveRow, MoveWithoutTimeRow } from '../database/schema.ts';

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
    insert into moves (connection, deal_id, from_stage_id, pipeline_id, stage_id, hook_at, kommo_event_id,
      kommo_event_at, event_id, event_key)
    select r.connection, r.deal_id, r.from_stage_id, r.pipeline_id, r.stage_id, r.hook_at, r.kommo_event_id,
      r.kommo_event_at, r.event_id, r.event_key
    from jsonb_to_recordset(${jsonText(moves)}::jsonb) as r(connection text, deal_id bigint, from_stage_id bigint,
      pipeline_id bigint, stage_id bigint, hook_at bigint, kommo_event_id text, kommo_event_at bigint,
      event_id bigint, event_key text)
  `.execute(trx);
}

/** Adds the time or id that a second kind of source has reported for known moves. */
export async function updateMoveSources(
  trx: LeasedTransaction,
  moves: ({ id: number } & Pick<MoveRow, 'hook_at' | 'kommo_event_id' | 'kommo_event_at'>)[],
): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    update moves set hook_at = r.hook_at, kommo_event_id = r.kommo_event_id, kommo_event_at = r.kommo_event_at
    from jsonb_to_recordset(${jsonText(moves)}::jsonb)
      as r(id bigint, hook_at bigint, kommo_event_id text, kommo_event_at bigint)
    where moves.id = r.id and moves.id = ${idsOf(moves)}
  `.execute(trx);
}

export async function addMovesWithoutTime(
  trx: LeasedTransaction,
  rows: { connection: string; inbox_id: number; report: Json }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into untimed_moves (connection, inbox_id, report)
    select r.connection, r.inbox_id, r.report
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text, inbox_id bigint, report jsonb)
  `.execute(trx);
}

/** A stored report of a stage change without a time, with the arrival of its request. */
export type StoredMoveWithoutTime = Selectable<MoveWithoutTimeRow> & { received_at: Millis };

/** The reports without a time that are due to be looked up in Kommo's events log. */
export async function dueMovesWithoutTime(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
): Promise<StoredMoveWithoutTime[]> {
  return db
    .selectFrom('untimed_moves')
    .innerJoin('inbox', 'inbox.id', 'untimed_moves.inbox_id')
    .selectAll('untimed_moves')
    .select('inbox.received_at')
    .where('untimed_moves.connection', '=', connection)
    .where('next_attempt_at', '<=', now)
    .orderBy('untimed_moves.id')
    .limit(limit)
    .execute();
}

export async function deleteMovesWithoutTime(trx: LeasedTransaction, ids: number[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('untimed_moves').where('id', 'in', ids).execute();
}

export async function postponeMoveWithoutTime(
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
