import type { Catalog } from '../../domain/entities.ts';
import type { Plan } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Variant } from '../gather/gather-batch.ts';
import { requiredDeals } from '../gather/requirements.ts';
import type { Gathered } from './context.ts';
import { outboxRows } from './outbox-rows.ts';
import { planEvent } from './plan-event.ts';

/** What a simulation's decisions depend on. Plain data, so that another process can plan. */
export interface SimulationInput {
  /** In the order of planning. */
  events: StoredEvent[];
  /** The effects of the plans are applied to their states. */
  variants: Variant[];
  /** The ids of reports whose person could not be looked up. */
  unanswered: Set<string>;
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
  unanswered,
  deals,
  catalog,
  now,
}: SimulationInput): SimulatedEvent[] {
  const gathered = { catalog, deals };
  return events.map((event) => {
    const isComplete = variants.every((variant) => isFullyRead(event, variant, unanswered, deals));
    const readAt = Math.floor((event.planned_at ?? now) / 1000);
    const decisions = variants.map(({ rules, state, people }) => {
      const plan = planWithHold(event, { ...gathered, people, state, readAt }, asOfThen(rules));
      return { plan, actions: outboxRows(event, plan) };
    });
    return { event, decisions, isComplete };
  });
}

/** An event that its rule holds is planned as of the time at which it goes out, to show what would be sent. */
function planWithHold(event: StoredEvent, gathered: Gathered, rules: Rules): Plan {
  const held = planEvent(event, gathered, rules);
  if (!held.waitsFor?.isExact) return held;
  const waiting = { ...event, waiting_since: event.occurred_at * 1000 };
  const plan = planEvent(waiting, { ...gathered, readAt: held.waitsFor.until }, rules);
  return { ...plan, warnings: [held.reason!, ...plan.warnings] };
}

/**
 * The deals are as they are now and the records as they were: every value that Stagepost has set since would look like an edit
 * by a user of Kommo, and a deal may be in another stage than at that time.
 */
function asOfThen(rules: Rules): Rules {
  const stages = rules.stages.map((rule) => ({ ...rule, whenLeft: 'send' as const }));
  return { ...rules, stages, consent: { ...rules.consent, fromCrm: false } };
}

/** Whether the deal and the person that the event's decision depends on were read. */
function isFullyRead(
  event: StoredEvent,
  { rules, state, people }: Variant,
  unanswered: ReadonlySet<string>,
  deals: Gathered['deals'],
): boolean {
  const { payload } = event;
  const required = requiredDeals([payload], rules, state, people);
  const isMissing = required.length > 0 && !required.some(({ dealId }) => deals.has(dealId));
  const isNotLookedUp = payload.kind === 'mail_report' && unanswered.has(payload.reportId);
  return !isMissing && !isNotLookedUp;
}
