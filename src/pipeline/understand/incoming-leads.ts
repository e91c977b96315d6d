import type { Deal, Pipeline, Stage, StageRef, UnixSeconds } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { Connection } from '../connection.ts';
import type { IncomingLead } from './incomplete-moves.ts';
import type { MoveReport } from './register-moves.ts';
import { timeOfReport } from './report-time.ts';

/**
 * Reads the deals of incoming leads, of which the webhook names only the pipeline.
 * @returns null where Kommo gave no answer
 * @throws DeliveryError where Kommo's rate is exhausted.
 */
export async function dealsOfLeads(
  { kommo, catalog }: Pick<Connection, 'kommo' | 'catalog'>,
  leads: IncomingLead[],
): Promise<Map<number, Deal> | null> {
  const unknown = leads.filter(
    (lead) => lead.action === 'accepted' || !incomingStage(lead, catalog.pipelines),
  );
  if (unknown.length === 0) return new Map();
  try {
    return await kommo.deals([...new Set(unknown.map(({ dealId }) => dealId))]);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure === 'throttled') throw error;
    return error.failure === 'retryable' ? null : new Map();
  }
}

/**
 * The stage change that an incoming lead means: it is added in the stage of incoming leads, and accepted into the stage in
 * which its deal is found. Null where Kommo does not show that stage yet.
 */
export function reportOfLead(
  lead: IncomingLead,
  deal: Deal | undefined,
  pipelines: Pipeline[],
  readAt: UnixSeconds,
): MoveReport | null {
  const arrivedAt = Math.floor(lead.row.received_at / 1000);
  const base = {
    dealId: lead.dealId,
    fromStageId: null,
    arrivedAt,
    kommoEventId: null,
    inboxIds: [lead.row.inbox_id],
  };
  if (lead.action === 'added') {
    const to = incomingStage(lead, pipelines) ?? deal?.stage;
    const at = timeOfReport(lead, arrivedAt);
    return to ? { ...base, ...to, from: null, isCreation: true, at, hookAt: lead.at } : null;
  }
  if (!deal || isIncoming(deal.stage, pipelines)) return null;
  const from = incomingStage({ pipelineId: lead.pipelineId ?? deal.stage.pipelineId }, pipelines);
  return {
    ...base,
    ...deal.stage,
    from,
    fromStageId: from?.stageId ?? null,
    // Until the reading the deal may have moved on to the stage in which it was found.
    arrivedAt: Math.max(arrivedAt, readAt),
    isCreation: false,
    at: arrivedAt,
    hookAt: null,
    ...(from && { acceptedFrom: from.stageId }),
  };
}

function incomingStage(
  { pipelineId }: { pipelineId: number | null },
  pipelines: Pipeline[],
): StageRef | null {
  const stages = pipelines.find(({ id }) => id === pipelineId)?.stages ?? [];
  const stage = stages.find((candidate: Stage) => candidate.isIncoming);
  return stage && pipelineId !== null ? { pipelineId, stageId: stage.id } : null;
}

function isIncoming({ pipelineId, stageId }: StageRef, pipelines: Pipeline[]): boolean {
  return incomingStage({ pipelineId }, pipelines)?.stageId === stageId;
}
