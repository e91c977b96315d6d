import type { RuleEffects } from '../domain/rules/publish-effects.ts';
import type { Db } from '../store/database/database.ts';
import { countDealsInStages, countRunningTimers, countWaitingMoves } from '../store/rule-effects.ts';
import type { PublishEffects } from './rules-service.ts';

const MAX_STAGES = 50;
const MAX_WAITING = 10_000;

/** How many deals and timers the changes concern; without those that concern none. */
export async function countEffects(
  db: Db,
  connection: string,
  effects: RuleEffects,
): Promise<PublishEffects> {
  const stages = effects.stages.slice(0, MAX_STAGES);
  const deals = await countDealsInStages(db, connection, stages);
  const running = await countRunningTimers(
    db,
    connection,
    effects.timers.map(({ start }) => start),
  );
  return {
    stages: stages.flatMap(({ pipeline, stage, isNew }, index) =>
      deals[index]! > 0 ? [{ pipeline, stage, isNew, deals: deals[index]! }] : [],
    ),
    timers: effects.timers.flatMap((timer, index) =>
      running[index]! > 0 ? [{ ...timer, running: running[index]! }] : [],
    ),
    waiting:
      stages.length > 0 ? Math.min(await countWaitingMoves(db, connection, MAX_WAITING), MAX_WAITING) : 0,
  };
}
