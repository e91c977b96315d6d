import type { DealCreation, DealMove } from '../kommo/index.ts';
import type { StageRef } from '../rules/entities.ts';
import type { Db } from '../store/database.ts';
import { reconcilerCursor, saveReconcilerCursor } from '../store/queries/connections.ts';
import { addEvents, type NewEvent } from '../store/queries/events.ts';
import type { Millis } from '../store/schema.ts';
import type { Connection } from './connection.ts';
import { registerMoves, reportOfLog } from './register-moves.ts';

/** How often Kommo's events log is read, in ms. */
export const RECONCILE_EVERY_MS = 5 * 60_000;
/** Entries can appear late in the log: each reading looks this far behind the last one, in s. */
const OVERLAP_S = 600;

/**
 * Brings in the moves and creations that no webhook has reported: Kommo repeats a webhook for about
 * an hour and then forgets it, and a disabled one reports nothing. Moves that are known already count
 * as the same event. The first reading of a connection only marks where it begins: what was before
 * Stagepost is not its business.
 * @returns how many moves and creations nobody had reported.
 */
export async function reconcile(db: Db, connection: Connection, now: Millis): Promise<number> {
  const nowSeconds = Math.floor(now / 1000);
  const cursor = await reconcilerCursor(db, connection.name);
  if (cursor === null) {
    await saveReconcilerCursor(db, connection.name, { from: nowSeconds, to: nowSeconds });
    return 0;
  }
  const from = Math.max(cursor.from, cursor.to - OVERLAP_S);
  const moves = await connection.kommo.dealMoves({ from }, { priority: 'bulk' });
  const creations = await connection.kommo.dealCreations({ from }, { priority: 'bulk' });
  const reports = moves.map((move) => reportOfLog(move, []));
  const stages = await stagesAtCreation(connection, creations, moves);
  return db.transaction().execute(async (trx) => {
    const created = creations.flatMap((creation) => creationEvent(connection.name, creation, stages));
    const before = await highestEvent(trx);
    await addEvents(trx, created, now);
    await registerMoves(trx, connection.name, reports, now);
    await saveReconcilerCursor(trx, connection.name, { from: cursor.from, to: nowSeconds });
    return countSince(trx, connection.name, before);
  });
}

/** The log does not tell in which stage a deal was created: it is the one it left first, or where it still stands. */
async function stagesAtCreation(
  connection: Connection,
  creations: DealCreation[],
  moves: DealMove[],
): Promise<Map<number, StageRef>> {
  const stages = new Map<number, StageRef>();
  for (const move of moves) if (move.from && !stages.has(move.dealId)) stages.set(move.dealId, move.from);
  const resting = creations.map((creation) => creation.dealId).filter((dealId) => !stages.has(dealId));
  if (resting.length === 0) return stages;
  for (const deal of (await connection.kommo.deals(resting, { priority: 'bulk' })).values()) {
    stages.set(deal.id, deal.stage);
  }
  return stages;
}

function creationEvent(
  connection: string,
  creation: DealCreation,
  stages: Map<number, StageRef>,
): NewEvent[] {
  const to = stages.get(creation.dealId);
  if (!to) return [];
  const event = {
    kind: 'deal_moved',
    dealId: creation.dealId,
    from: null,
    to,
    occurredAt: creation.at,
  } as const;
  return [{ connection, key: `created:${creation.dealId}`, event, name: null, person: null, inboxIds: [] }];
}

async function highestEvent(db: Db): Promise<number> {
  const row = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

async function countSince(db: Db, connection: string, id: number): Promise<number> {
  const rows = await db
    .selectFrom('events')
    .select('id')
    .where('connection', '=', connection)
    .where('kind', '=', 'deal_moved')
    .where('id', '>', id)
    .execute();
  return rows.length;
}
