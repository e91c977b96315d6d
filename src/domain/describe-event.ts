import { en, type Sentences } from '../languages/en.ts';
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
  sentences: Sentences = en,
): string {
  const words = sentences.events;
  const deal = 'dealId' in event ? (names.deal ?? words.deal(event.dealId)) : '';
  switch (event.kind) {
    case 'deal_moved': {
      const { pipelineId, stageId } = event.to;
      const pipeline = pipelines.find((candidate) => candidate.id === pipelineId);
      const nameOf = (id: number, inPipeline: number) =>
        stageName(id, inPipeline, pipelines) ?? words.stage(id);
      const to = words.stageOf(nameOf(stageId, pipelineId), pipeline?.name ?? pipelineId);
      if (event.backfillId !== undefined)
        return words.backfilledIn(event.backfillId, names.deal ?? words.dealWithin(event.dealId), to);
      if (!event.from) return words.dealCreated(deal, to);
      const from = nameOf(event.from.stageId, event.from.pipelineId ?? pipelineId);
      return words.dealMoved(deal, from, to);
    }
    case 'deal_listed':
      return words.backfilled(event.backfillId, names.deal ?? words.dealWithin(event.dealId));
    case 'deal_changed':
      return words.dealChanged(deal);
    case 'deal_deleted':
      return words.dealDeleted(deal);
    case 'deal_restored':
      return words.dealRestored(deal);
    case 'contact_changed':
      return words.contactChanged(event.contactId);
    case 'contact_deleted':
      return words.contactDeleted(event.contactId);
    case 'contact_restored':
      return words.contactRestored(event.contactId);
    case 'contact_merged':
      return words.contactMerged(event.contactId);
    case 'mail_report':
      return describeReport(event, names.client, sentences);
    case 'inactivity':
      return words.inactivity(event.start);
    default:
      return words.removed(kind);
  }
}

function stageName(stageId: number, pipelineId: number, pipelines: Pipeline[]): string | undefined {
  const pipeline = pipelines.find((candidate) => candidate.id === pipelineId);
  return pipeline?.stages.find((stage) => stage.id === stageId)?.name;
}
