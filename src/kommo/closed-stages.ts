/**
 * Won (142) and lost (143): the only stages whose ids are the same in every pipeline.
 * Source: Kommo docs, "Pipelines and stages".
 */
const CLOSED_STAGES: readonly number[] = [142, 143];

export function isClosedStage(stageId: number): boolean {
  return CLOSED_STAGES.includes(stageId);
}
