import type { ConnectionConfig } from '../config/index.ts';
import { TRACK_HOSTS } from '../customerio/hosts.ts';
import { describeAction } from '../domain/actions.ts';
import type { Catalog } from '../domain/entities.ts';
import type { DealContext } from '../domain/plan/plan-types.ts';
import { requestPreview } from '../failures/request-preview.ts';
import { en, type Sentences } from '../languages/en.ts';
import { translateReason } from '../languages/translate-reason.ts';
import type { SimulatedDecision } from '../pipeline/plan/simulate.ts';
import { asStored } from '../store/database/sql-values.ts';
import { clientOf, effectsOf } from './decision-effects.ts';
import type { Decision } from './schemas.ts';

/** The id of an event that is not stored. */
export const UNSTORED_EVENT_ID = 0;
/** Placeholder for the id that such an event would have at Customer.io. */
const EVENT_ID_PLACEHOLDER = '$EVENT_ID';

/** Where a connection's requests go. */
export type Origins = Record<'kommo' | 'customerio', string>;

/** A simulated decision, as far as decisions are compared and shown. */
export interface ShownDecision {
  plan: Pick<
    SimulatedDecision['plan'],
    'outcome' | 'rule' | 'reason' | 'warnings' | 'person' | 'dealId' | 'clientState'
  > &
    Partial<Pick<SimulatedDecision['plan'], 'noEmail'>>;
  actions: SimulatedDecision['actions'];
}

/** A simulated plan with the requests that would deliver it. @param deals for the name of the client */
export function decisionOf(
  { plan, actions }: ShownDecision,
  origins: Origins,
  catalog: Catalog,
  deals: ReadonlyMap<number, DealContext>,
  words: Sentences = en,
): Decision {
  const { outcome, rule } = plan;
  const reason = translateReason(plan.reason, plan.noEmail ?? null, words);
  const requests = actions.map(({ payload, ulid, after, event_id }) => {
    const id = event_id === UNSTORED_EVENT_ID ? EVENT_ID_PLACEHOLDER : ulid;
    const { destination, method, path, body, problem, warnings } = requestPreview(
      asStored(payload),
      id,
      catalog,
    );
    const title = describeAction(payload, payload.kind, words);
    const url = origins[destination] + path;
    const afterPrevious = after !== null;
    return { warnings, request: { title, destination, method, url, body, problem, afterPrevious } };
  });
  return {
    ...{ outcome, rule, reason, client: clientOf(plan, deals), effects: effectsOf(actions, words) },
    warnings: [...plan.warnings, ...requests.flatMap(({ warnings }) => warnings)],
    requests: requests.map(({ request }) => request),
  };
}

/** Whether both decisions have the same effect. The rule's name and the reason are not compared. */
export function isSameDecision(one: ShownDecision, other: ShownDecision): boolean {
  const effect = ({ plan, actions }: ShownDecision) =>
    JSON.stringify([plan.outcome, actions.map(({ payload, after }) => [payload, after])]);
  return effect(one) === effect(other);
}

export function originsOf({ kommo, customerio }: ConnectionConfig): Origins {
  return { kommo: kommo.url, customerio: customerio.trackUrl ?? TRACK_HOSTS[customerio.region] };
}
