import type { Deal, StageRef, UnixSeconds } from '../../domain/entities.ts';
import { stageRuleFor } from '../../domain/rules/find-rule.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { CallOptions, DealCreation, DealMove } from '../../kommo/index.ts';
import type { Db } from '../../store/database/database.ts';
import { unknownKeys } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { creationKey } from './moves.ts';
import type { MoveReport } from './register-moves.ts';

/**
 * The events log may not show yet that a deal has moved since it was created, so a creation is undecided until the deal
 * has been unchanged for this long, s: a campaign sent twice is worse than one that comes some minutes late.
 */
const QUIET_S = 180;
/** A deal that is edited continuously is decided after this time, s. */
const MAX_UNDECIDED_S = 3_600;

export interface CreationStages {
  /** The stage in which each deal was created, by the id of the deal. */
  stages: Map<number, StageRef>;
  /** Creations to decide at a later reading of the log. */
  undecided: DealCreation[];
  /** Creations of deals that Kommo does not return: its API may show a deal later than its log, and an incoming lead is hidden. */
  unseen: DealCreation[];
}

/**
 * Finds the stages in which deals were created, which the events log does not name: the stage that the deal's first move
 * left, or its present one where it has not moved. Where the present stage has a rule, the deal's moves are read once
 * more after the deal, so that no campaign starts twice for a stage that the deal was moved to in between.
 * @param moves the moves in the same part of the log.
 * @throws DeliveryError
 */
export async function stagesAtCreation(
  db: Db,
  { name, kommo, rules }: Connection,
  { creations, moves }: { creations: DealCreation[]; moves: DealMove[] },
  now: UnixSeconds,
  options: CallOptions,
): Promise<CreationStages> {
  const stages = firstStages(moves);
  const unknown = await unknownKeys(
    db,
    name,
    creations.map(({ dealId }) => creationKey(dealId)),
  );
  const unmoved = creations.filter((one) => unknown.has(creationKey(one.dealId)) && !stages.has(one.dealId));
  const deals = await kommo.deals(idsOf(unmoved), options);

  const withRule = unmoved.filter(({ dealId }) => hasRule(deals.get(dealId)?.stage, rules));
  const from = Math.min(...withRule.map(({ at }) => at));
  const laterMoves = await kommo.dealMoves({ dealIds: idsOf(withRule), from }, options);
  for (const [dealId, stage] of firstStages(laterMoves)) if (!stages.has(dealId)) stages.set(dealId, stage);

  const undecided: DealCreation[] = [];
  for (const creation of unmoved) {
    const deal = deals.get(creation.dealId);
    if (!deal || stages.has(deal.id)) continue;
    if (hasRule(deal.stage, rules) && mayStillMove(creation, deal, now)) undecided.push(creation);
    else stages.set(deal.id, deal.stage);
  }
  const unseen = unmoved.filter(({ dealId }) => !deals.has(dealId) && !stages.has(dealId));
  return { stages, undecided, unseen };
}

/** Whether the log may still show a move that happened since the deal was created. */
export function mayStillMove(
  { at }: Pick<DealCreation, 'at'>,
  { updatedAt }: Pick<Deal, 'updatedAt'>,
  now: UnixSeconds,
): boolean {
  // An integration can date an edit ahead; that says nothing about when it was made.
  const touchedAt = updatedAt !== null && updatedAt <= now ? Math.max(at, updatedAt) : at;
  return now - touchedAt < QUIET_S && now - at <= MAX_UNDECIDED_S;
}

/**
 * A deal that is created in a stage has entered that stage. No report for a deal whose stage is not known.
 * @param now Kommo's clock may be ahead of this machine's
 */
export function creationReports(
  creations: DealCreation[],
  stages: Map<number, StageRef>,
  now: UnixSeconds,
): MoveReport[] {
  return creations.flatMap(({ id: kommoEventId, dealId, at }) => {
    const to = stages.get(dealId);
    if (!to) return [];
    const source = { at: Math.min(at, now), hookAt: null, arrivedAt: null, kommoEventId, inboxIds: [] };
    return [{ dealId, from: null, fromStageId: null, ...to, isCreation: true, ...source }];
  });
}

/** The stage that the first move of each deal left. */
function firstStages(moves: DealMove[]): Map<number, StageRef> {
  const stages = new Map<number, StageRef>();
  for (const { dealId, from } of moves) if (from && !stages.has(dealId)) stages.set(dealId, from);
  return stages;
}

function hasRule(stage: StageRef | undefined, rules: Rules): boolean {
  return stage !== undefined && stageRuleFor(stage, rules) !== undefined;
}

const idsOf = (creations: DealCreation[]) => creations.map(({ dealId }) => dealId);
