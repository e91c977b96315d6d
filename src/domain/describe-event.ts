import { describeReport } from './describe-report.ts';
import type { Pipeline } from './entities.ts';
import type { StagepostEvent } from './events.ts';

/** The names by which people know a deal and its client; null where they are not recorded. */
export interface EventNames {
  deal: string | null;
  client: string | null;
}

const NO_NAMES: EventNames = { deal: null, client: null };

/**
 * An event in one sentence, for people.
 * @param kind stands in for contents that were removed after the retention time
 * @param names stand in for the deal's number and the client's address
 */
export function describeEvent(
  event: StagepostEvent,
  kind: string,
  pipelines: Pipeline[],
  names: EventNames = NO_NAMES,
): string {
  const deal = 'dealId' in event ? (names.deal ?? `Deal ${event.dealId}`) : '';
  switch (event.kind) {
    case 'deal_moved': {
      const { pipelineId, stageId } = event.to;
      const pipeline = pipelines.find((candidate) => candidate.id === pipelineId);
      const to = `"${stageName(stageId, pipelineId, pipelines)}" (${pipeline?.name ?? pipelineId})`;
      if (event.backfillId !== undefined)
        return `Backfill ${event.backfillId}: ${names.deal ?? `deal ${event.dealId}`} stands in ${to}`;
      if (!event.from) return `${deal} was created in ${to}`;
      const from = stageName(event.from.stageId, event.from.pipelineId ?? pipelineId, pipelines);
      return `${deal} moved from "${from}" to ${to}`;
    }
    case 'deal_listed':
      return `Backfill ${event.backfillId}: ${names.deal ?? `deal ${event.dealId}`}`;
    case 'deal_changed':
      return `${deal} changed`;
    case 'deal_deleted':
      return `${deal} was deleted`;
    case 'deal_restored':
      return `${deal} was restored`;
    case 'contact_changed':
      return `Contact ${event.contactId} changed`;
    case 'contact_deleted':
      return `Contact ${event.contactId} was deleted`;
    case 'contact_restored':
      return `Contact ${event.contactId} was restored`;
    case 'contact_merged':
      return `Contacts were merged into contact ${event.contactId}`;
    case 'mail_report':
      return describeReport(event, names.client);
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
