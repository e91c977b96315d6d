import type { StageRef, UnixSeconds } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { CallOptions, DealCreation, DealMove } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { reconcilerCursor, saveReconcilerCursor } from '../../store/connections/reconciler-cursor.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents, type NewEvent, unknownKeys } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { registerMoves, reportOfLog } from './register-moves.ts';

/** Entries can appear late in the log: each reading looks this far behind the last one, in s. */
const OVERLAP_S = 600;
/** After a long stop the log is read in steps of this, each with its own commit: what is read stays read. */
const WINDOW_S = 86_400;
/**
 * The log may not show yet that a deal has moved since it was created, so a creation waits until the deal was left
 * alone for this long, in s: a campaign sent twice is worse than one that comes some minutes late.
 */
const QUIET_S = 180;
/** But a deal that is edited all the time does not wait for ever. */
const QUIET_WITHIN_S = 3_600;

export interface Reconciled {
  /** How many moves and creations nobody had reported. */
  found: number;
  /** Whether there is nothing left to read. */
  upToDate: boolean;
}

/**
 * Reads the next step of Kommo's events log and brings in the moves and creations that no webhook has reported:
 * Kommo repeats a webhook for about an hour and then forgets it, and a disabled one reports nothing. Moves
 * that are known already count as the same event. The first reading of a connection only marks where it
 * begins: what was before Stagepost is not its business.
 * @throws DeliveryError where the log cannot be read; nothing is lost then, the next reading begins at the same place.
 */
export async function reconcile(
  db: Db,
  connection: Connection,
  now: Millis,
  signal?: AbortSignal,
): Promise<Reconciled> {
  const nowSeconds = Math.floor(now / 1000);
  const cursor = await reconcilerCursor(db, connection.name);
  if (cursor === null) {
    const begin = { from: nowSeconds, to: nowSeconds };
    await inLeasedTransaction(db, connection, 'shared', (trx) =>
      saveReconcilerCursor(trx, connection.name, begin),
    );
    return { found: 0, upToDate: true };
  }
  const from = Math.max(cursor.from, cursor.to - OVERLAP_S);
  const isLast = cursor.to + WINDOW_S >= nowSeconds;
  // The last step has no end: Kommo's clock may be ahead of ours.
  const range = isLast ? { from } : { from, to: cursor.to + WINDOW_S };
  const how: CallOptions = { priority: 'bulk', ...(signal ? { signal } : {}) };
  const moves = await connection.kommo.dealMoves(range, how);
  const creations = await connection.kommo.dealCreations(range, how);
  const { stages, undecided } = await stagesAtCreation(db, connection, creations, moves, nowSeconds, how);
  const found = await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    const created = creations.flatMap((creation) => creationEvent(connection.name, creation, stages));
    const before = await highestEvent(trx);
    await addEvents(trx, created, now);
    await registerMoves(
      trx,
      connection.name,
      moves.map((move) => reportOfLog(move, [])),
      now,
    );
    // The next reading must find the undecided creations again.
    const to = Math.min(range.to ?? nowSeconds, ...undecided.map(({ at }) => at + OVERLAP_S));
    await saveReconcilerCursor(trx, connection.name, { from: cursor.from, to });
    return countSince(trx, connection.name, before);
  });
  return { found, upToDate: isLast };
}

/**
 * The log does not tell in which stage a deal was created: it is the one that its first move left, or the one
 * it stands in. Where that one has a rule, the deal's moves are read once more, after the deal: a campaign is never
 * started twice for a stage that the deal only moved to in between.
 */
async function stagesAtCreation(
  db: Db,
  { name, kommo, rules }: Connection,
  creations: DealCreation[],
  moves: DealMove[],
  now: UnixSeconds,
  how: CallOptions,
): Promise<{ stages: Map<number, StageRef>; undecided: DealCreation[] }> {
  const stages = new Map<number, StageRef>();
  const takeFirst = ({ dealId, from }: DealMove) => {
    if (from && !stages.has(dealId)) stages.set(dealId, from);
  };
  const unknown = await unknownKeys(db, name, creations.map(creationKey));
  const news = creations.filter((creation) => unknown.has(creationKey(creation)));
  moves.forEach(takeFirst);
  const resting = news.filter(({ dealId }) => !stages.has(dealId));
  const deals = await kommo.deals(
    resting.map(({ dealId }) => dealId),
    how,
  );
  const matters = resting.filter(({ dealId }) => hasRule(deals.get(dealId)?.stage, rules));
  const from = Math.min(...matters.map(({ at }) => at));
  const again = await kommo.dealMoves({ dealIds: matters.map(({ dealId }) => dealId), from }, how);
  again.forEach(takeFirst);
  const undecided: DealCreation[] = [];
  for (const creation of resting) {
    const deal = deals.get(creation.dealId);
    if (!deal || stages.has(deal.id)) continue;
    const touchedAt = Math.max(creation.at, deal.updatedAt ?? 0);
    const isQuiet = now - touchedAt >= QUIET_S || now - creation.at > QUIET_WITHIN_S;
    if (isQuiet || !hasRule(deal.stage, rules)) stages.set(deal.id, deal.stage);
    else undecided.push(creation);
  }
  return { stages, undecided };
}

function hasRule(stage: StageRef | undefined, rules: Rules): boolean {
  return rules.stages.some(
    ({ pipelineId, stageId }) => stage?.pipelineId === pipelineId && stage.stageId === stageId,
  );
}

const creationKey = ({ dealId }: DealCreation) => `created:${dealId}`;

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
  return [{ connection, key: creationKey(creation), event, name: null, person: null, inboxIds: [] }];
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
