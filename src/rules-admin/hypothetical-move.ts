import type { Catalog } from '../domain/entities.ts';
import type { DealMoved } from '../domain/events.ts';
import type { Sentences } from '../languages/languages.ts';
import type { StoredEvent } from '../store/events/events.ts';
import { UNSTORED_EVENT_ID } from './decision.ts';
import { RulesError } from './errors.ts';
import type { PreviewSubject } from './schemas.ts';

export type DealSubject = Extract<PreviewSubject, { kind: 'deal' }>;

/** A move that has not happened, as an unsaved event with a title. @throws RulesError `not_found` */
export function hypotheticalMove(
  subject: DealSubject,
  connection: string,
  catalog: Catalog,
  nowMs: number,
  words: Sentences,
): { event: StoredEvent; title: string } {
  const { dealId, pipelineId, stageId } = subject;
  const pipeline = catalog.pipelines.find(({ id }) => id === pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === stageId);
  if (!pipeline || !stage) throw new RulesError('not_found', 'Kommo has no such stage in this pipeline.');
  const occurredAt = Math.floor(nowMs / 1000);
  const payload: DealMoved = {
    kind: 'deal_moved',
    dealId,
    from: null,
    to: { pipelineId, stageId },
    occurredAt,
  };
  return {
    title: words.rules.ifMoved(dealId, words.events.stageOf(stage.name, pipeline.name)),
    event: {
      ...{ id: UNSTORED_EVENT_ID, connection, key: 'preview', kind: payload.kind, payload, name: null },
      ...{ deal_id: dealId, contact_id: null, person: null, occurred_at: occurredAt },
      ...{ created_at: nowMs, planned_at: null, state: 'new', reason: null, rule: null, warnings: [] },
      ...{
        attempts: 0,
        next_attempt_at: 0,
        rules_version: null,
        client_state: null,
        no_email: null,
        owner_id: null,
        caused_by: null,
        waiting_since: null,
        hold_id: null,
        released_at: null,
        released_with: null,
        planning_crashes: 0,
        set_aside: null,
      },
    },
  };
}
