import type { UnixSeconds } from '../../../domain/entities.ts';
import type { DealMoved } from '../../../domain/events.ts';
import { stageRuleFor, titleOfStageRule } from '../../../domain/rules/find-rule.ts';
import type { Rules } from '../../../domain/rules/rules.ts';
import { en } from '../../../languages/en.ts';
import { durationText } from '../../../lib/duration.ts';
import { inLeasedTransaction } from '../../../store/connections/leased-transaction.ts';
import type { Database } from '../../../store/database/database.ts';
import type { Millis } from '../../../store/database/schema.ts';
import type { StoredEvent } from '../../../store/events/events.ts';
import { type Hold, markHeld, saveHold } from '../../../store/holds/hold-moves.ts';
import type { Connection } from '../../connection.ts';
import { type GuardedRule, isOpenAt, type StageEntries } from './stage-entries.ts';

export interface GuardOptions {
  database: Database;
  connection: Connection;
  now: Millis;
  /** The recent moves of the connection's stages. */
  entries: StageEntries;
}

interface GuardedMove {
  row: StoredEvent;
  move: DealMoved;
  rule: GuardedRule;
}

/**
 * Holds the moves of bursts: when more deals enter a stage at once than its guard allows, those that are not planned yet
 * wait for the decision of a person. At most as many as the guard allows have been sent by then. Nothing is read from
 * Kommo for a held move.
 * @returns the other events of the batch
 * @throws LeaseLost
 */
export async function holdBursts(options: GuardOptions, batch: StoredEvent[]): Promise<StoredEvent[]> {
  const { database, connection, now, entries } = options;
  const moves = guardedMoves(batch, connection.rules);
  if (moves.length === 0) return batch;
  await entries.read(database.db, connection.name, now);
  for (const { row, move, rule } of moves)
    entries.add(rule, { eventId: row.id, dealId: move.dealId, at: move.occurredAt });
  const held = assignHolds(moves, entries);
  if (held.size === 0) return batch;
  await saveHeld(options, held);
  const ids = new Set([...held.values()].flat().map(({ row }) => row.id));
  return batch.filter(({ id }) => !ids.has(id));
}

/** The moves into guarded stages, without those that somebody has decided to send. */
function guardedMoves(batch: StoredEvent[], rules: Rules): GuardedMove[] {
  return batch.flatMap((row) => {
    const move = row.payload;
    if (move.kind !== 'deal_moved' || row.released_at !== null) return [];
    const rule = stageRuleFor(move.to, rules);
    return rule?.bulkGuard ? [{ row, move, rule: rule as GuardedRule }] : [];
  });
}

/** The moves to hold, by their hold. New holds have no id yet; those that are known are copies with their new times. */
function assignHolds(moves: GuardedMove[], entries: StageEntries): Map<Hold, GuardedMove[]> {
  const held = new Map<Hold, GuardedMove[]>();
  for (const [rule, ofStage] of Map.groupBy(moves, ({ rule }) => rule)) {
    const inOrder = ofStage.toSorted((a, b) => a.move.occurredAt - b.move.occurredAt);
    const bursts = entries.bursts(rule, inOrder[0]!.move.occurredAt, inOrder.at(-1)!.move.occurredAt);
    const holds: Hold[] = [];
    for (const guarded of inOrder) {
      const at = guarded.move.occurredAt;
      const isBurst = bursts.has(guarded.row.id);
      const hold = holds.find(isOpenAt(at)) ?? openHold(rule, at, isBurst, entries);
      if (!hold) continue;
      if (!holds.includes(hold)) holds.push(hold);
      if (isBurst) hold.lastAt = Math.max(hold.lastAt, at);
      held.set(hold, [...(held.get(hold) ?? []), guarded]);
    }
  }
  return held;
}

/** A hold that is known and takes the move, or a new one where the move belongs to a burst. */
function openHold(
  rule: GuardedRule,
  at: UnixSeconds,
  isBurst: boolean,
  entries: StageEntries,
): Hold | undefined {
  const known = entries.holdFor(rule, at);
  if (known) return { ...known };
  const { pipelineId, stageId, event } = rule;
  return isBurst ? { id: null, pipelineId, stageId, event, firstAt: at, lastAt: at } : undefined;
}

async function saveHeld(
  { database, connection, now, entries }: GuardOptions,
  held: Map<Hold, GuardedMove[]>,
): Promise<void> {
  const rulesVersion = connection.rulesVersion || null;
  const stored = await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    const holds: Hold[] = [];
    for (const [hold, moves] of held) {
      const holdId = await saveHold(trx, connection.name, hold, now);
      holds.push({ ...hold, id: holdId });
      const rows = moves.map(({ row: { id }, rule }) => ({
        ...{ id, holdId, rulesVersion, reason: reasonOf(rule), rule: titleOfStageRule(rule) },
      }));
      await markHeld(trx, rows, now);
    }
    return holds;
  });
  for (const hold of stored) entries.remember(hold);
}

function reasonOf({ bulkGuard: { deals, withinSeconds } }: GuardedRule): string {
  return en.reasons.held(String(deals), durationText(withinSeconds));
}
