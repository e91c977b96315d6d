import type { FunnelOverview } from '../../api/types.ts';
import { overviewTexts as labels } from '../../texts.ts';

/**
 * One option for each pipeline. Several connections of one Kommo account share its pipelines, each with one id.
 * @param isAlone there is nothing to tell apart: one connection only
 */
export function pipelineOptions(
  pipelines: FunnelOverview['pipelines'],
  isAlone: boolean,
): { value: string; label: string }[] {
  const byId = Map.groupBy(pipelines, ({ id }) => id);
  return [...byId].map(([id, same]) => {
    const { name } = same[0]!;
    const connections = same.map(({ connection }) => connection).join(', ');
    return { value: String(id), label: isAlone ? name : labels.inConnection(name, connections) };
  });
}
