import { describeReport } from './describe-report.ts';
import type { Pipeline } from './entities.ts';
import type { StagepostEvent } from './events.ts';

/** An event in one sentence, for people. @param kind stands in for contents that were removed after the retention time. */
export function describeEvent(event: StagepostEvent, kind: string, pipelines: Pipeline[]): string {
  switch (event.kind) {
    case 'deal_moved': {
      const { pipelineId, stageId } = event.to;
      const pipeline = pipelines.find((candidate) => candidate.id === pipelineId);
      const to = `"${stageName(stageId, pipelineId, pipelines)}" (${pipeline?.name ?? pipelineId})`;
      if (!event.from) return `Deal ${event.dealId} was created in ${to}`;
      const from = stageName(event.from.stageId, event.from.pipelineId ?? pipelineId, pipelines);
      return `Deal ${event.dealId} moved from "${from}" to ${to}`;
    }
    case 'deal_changed':
      return `Deal ${event.dealId} changed`;
    case 'deal_deleted':
      return `Deal ${event.dealId} was deleted`;
    case 'contact_changed':
      return `Contact ${event.contactId} changed`;
    case 'mail_report':
      return describeReport(event);
    case 'inactivity':
      return `No activity since ${event.start}`;
    default:
      return `${kind} (its contents were removed after the retention time)`;
  }
}

function stageName(stageId: number, pipelineId: number, pipelines: Pipeline[]): string {
  const pipeline = pipelines.find((candidate) => candidate.id === pipelineId);
  return pipeline?.stages.find((stage) => stage.id === stageId)?.name ?? `stage ${stageId}`;
}
