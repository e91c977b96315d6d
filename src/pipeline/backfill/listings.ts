import type { BackfillFilter } from '../../domain/backfill.ts';
import { isSameStage } from '../../domain/backfill.ts';
import type { Pipeline, StageRef } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';

/** Stages whose deals are listed together. */
export type Listing = readonly StageRef[];

/** Kommo takes a query of 8 KB, and a stage takes some 80 bytes of it. */
const STAGES_AT_ONCE = 40;
/** Kommo docs: won and lost have these ids in every pipeline. */
const CLOSED_STAGES: readonly number[] = [142, 143];

/**
 * The lists in which a backfill reads the deals that its filter takes, so that the first deal of a person is the one that the
 * person's attributes follow: open deals before closed ones, and open deals of the pipeline in `person.deal` first of all. Each
 * list has the newest deals first. Leads that nobody has accepted yet are in none.
 */
export function listingsOf(
  { stages: wanted }: BackfillFilter,
  pipelines: readonly Pipeline[],
  { deal: rule }: Pick<Rules, 'deal'>,
): Listing[] {
  const all = pipelines.flatMap(({ id, stages }) =>
    stages
      .filter(({ isIncoming }) => !isIncoming)
      .map((stage): StageRef => ({ pipelineId: id, stageId: stage.id })),
  );
  const isWanted = (stage: StageRef) =>
    wanted.length === 0 ||
    wanted.some(({ pipelineId, stageId }) =>
      stageId === null ? pipelineId === stage.pipelineId : isSameStage({ pipelineId, stageId }, stage),
    );
  const rank = ({ pipelineId, stageId }: StageRef) => {
    if (CLOSED_STAGES.includes(stageId)) return 2;
    return rule.kind === 'pipeline' && pipelineId === rule.pipelineId ? 0 : 1;
  };
  const chosen = all.filter(isWanted);
  return [0, 1, 2].flatMap((wantedRank) => inParts(chosen.filter((stage) => rank(stage) === wantedRank)));
}

function inParts(stages: StageRef[]): Listing[] {
  const parts: Listing[] = [];
  for (let start = 0; start < stages.length; start += STAGES_AT_ONCE)
    parts.push(stages.slice(start, start + STAGES_AT_ONCE));
  return parts;
}
