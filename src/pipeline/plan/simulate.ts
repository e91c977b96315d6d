import type { Catalog } from '../../domain/entities.ts';
import type { Plan } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { FoundPeople } from '../gather/find-people.ts';
import type { PlanningState } from '../gather/planning-state.ts';
import { requiredDeals } from '../gather/requirements.ts';
import type { Gathered } from './context.ts';
import { outboxRows } from './outbox-rows.ts';
import { planEvent } from './plan-event.ts';

/** A set of rules with a state of its own, to which the effects of its plans are applied. */
export interface Variant {
  rules: Rules;
  state: PlanningState;
}

/** What a simulation's decisions depend on. Plain data, so that another process can plan. */
export interface SimulationInput {
  /** In the order of planning. */
  events: StoredEvent[];
  variants: Variant[];
  people: FoundPeople;
  deals: Gathered['deals'];
  catalog: Catalog;
  now: Millis;
}

export interface SimulatedEvent {
  event: StoredEvent;
  /** One for each set of rules, in their order. */
  decisions: SimulatedDecision[];
  /** False where a deal or person could not be read: the decisions then have no meaning. */
  isComplete: boolean;
}

/** The plan of an event by one set of rules. */
export interface SimulatedDecision {
  plan: Plan;
  actions: NewAction[];
}

/**
 * Plans events with each set of rules, without sending or storing anything. Pure, but for the states of the variants. Events
 * that were planned before are planned as of that time, others as of `now`.
 */
export function simulate({
  events,
  variants,
  people,
  deals,
  catalog,
  now,
}: SimulationInput): SimulatedEvent[] {
  const gathered = { catalog, people: people.found, deals };
  return events.map((event) => {
    const isComplete = variants.every((variant) => isFullyRead(event, variant, people, deals));
    const readAt = Math.floor((event.planned_at ?? now) / 1000);
    const decisions = variants.map(({ rules, state }) => {
      const plan = planEvent(event, { ...gathered, state, readAt }, rules);
      return { plan, actions: outboxRows(event, plan) };
    });
    return { event, decisions, isComplete };
  });
}

/** Whether the deal and the person that the event's decision depends on were read. */
function isFullyRead(
  event: StoredEvent,
  { rules, state }: Variant,
  { found, deferred, unanswered }: FoundPeople,
  deals: Gathered['deals'],
): boolean {
  const { payload } = event;
  const required = requiredDeals([payload], rules, state, found);
  const isMissing = required.length > 0 && !required.some(({ dealId }) => deals.has(dealId));
  const isNotLookedUp =
    payload.kind === 'mail_report' && (deferred.has(payload.reportId) || unanswered.has(payload.reportId));
  return !isMissing && !isNotLookedUp;
}
