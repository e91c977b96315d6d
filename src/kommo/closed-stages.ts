/**
 * Won and lost: the only stages whose id is the same in every pipeline.
 * Source: Kommo docs, "Pipelines and stages".
 */
const CLOSED_STAGES: readonly number[] = [142, 143];

export function isClosedStage(stageId: number): boolean {
  return CLOSED_STAGES.includes(stageId);
}
