import type { Action } from '../actions.ts';
import type { Company, Contact, Deal, Json, Pipeline, UnixSeconds, User } from '../entities.ts';
import type { StagepostEvent } from '../events.ts';
import type { FieldState } from '../opt-out.ts';
import type { Rules } from '../rules/rules.ts';
import { planChange } from './plan-change.ts';
import { planInactivity } from './plan-inactivity.ts';
import { planMove } from './plan-move.ts';
import { planReport } from './plan-report.ts';

/** An action and which earlier action of the same plan must be done before it. */
export interface PlannedAction {
  action: Action;
  /** Index in the plan's actions. */
  after: number | null;
}

/** What Stagepost itself will know from now on. */
export type Effect =
  | {
      kind: 'identified';
      person: string;
      email: string | null;
      contactId: number;
      dealId: number;
      attributes: Record<string, Json>;
    }
  | { kind: 'linked'; person: string; email: string | null; contactId: number | null; dealId: number }
  | {
      kind: 'start_watch';
      start: string;
      unless: string;
      person: string;
      dealId: number;
      firesAt: UnixSeconds;
    }
  | { kind: 'stop_watches'; watchIds: number[] }
  | { kind: 'first_report'; name: string; deliveryId: string }
  | { kind: 'field_set'; person: string; field: string; state: FieldState }
  | { kind: 'deal_deleted'; dealId: number };

/** What to do about an event, and why. `reason` is a sentence for a person. */
export interface Plan {
  outcome: 'planned' | 'ignored' | 'parked';
  /** The rule that fired, or null. */
  rule: string | null;
  reason: string | null;
  actions: PlannedAction[];
  effects: Effect[];
  warnings: string[];
  /** The person the event is about, where one was found. */
  person: string | null;
  dealId: number | null;
}

/** What was read of a deal. */
export interface DealContext {
  /** Null where the deal does not exist (any more). */
  deal: Deal | null;
  /** The main contact first. */
  contacts: Contact[];
  company: Company | null;
  responsibleUser: User | null;
}

/** What Stagepost knows of a person. */
export interface KnownPerson {
  person: string;
  email: string | null;
  contactId: number | null;
  /** The deal that the person's attributes follow. */
  dealId: number | null;
  /** As last sent; null where the person was never identified. */
  attributes: Record<string, Json> | null;
  fields: Record<string, FieldState>;
}

export interface RunningWatch {
  id: number;
  start: string;
  unless: string;
  dealId: number;
  startedAt: UnixSeconds;
  /** When it runs out. */
  firesAt: UnixSeconds;
}

/** Everything a plan may know besides the event and the rules. */
export interface PlanContext {
  /** When the context was read, unix seconds: the plan's only notion of now. */
  readAt: UnixSeconds;
  pipelines: Pipeline[];
  /** The account's time zone, for when tasks are due. */
  timezone: string;
  /** The deals that the event concerns: one for a move, a person's chosen one for a report. */
  deals: DealContext[];
  /** The persons that the event may concern. */
  known: KnownPerson[];
  /** Reports only: the person it speaks of, how they were found, or why not. */
  subject: { person: string | null; email: string | null; reason: string | null; contactId: number | null };
  watches: RunningWatch[];
  /** Reports only: an earlier report of this name for this message. */
  reportedBefore: boolean;
  /** A watch that ran out only: the report that should have stopped it has come after all. */
  hasRecentActivity: boolean;
}

/** Decides what an event leads to. Pure: the same event, context and rules give the same plan. */
export function plan(event: StagepostEvent, context: PlanContext, rules: Rules): Plan {
  switch (event.kind) {
    case 'deal_moved':
      return planMove(event, context, rules);
    case 'deal_changed':
    case 'contact_changed':
      return planChange(event, context, rules);
    case 'deal_deleted':
      return {
        ...noActions('The deal was deleted. Its running watches stop.'),
        effects: [{ kind: 'deal_deleted', dealId: event.dealId }],
        dealId: event.dealId,
      };
    case 'mail_report':
      return planReport(event, context, rules);
    case 'inactivity':
      return planInactivity(event, context, rules);
  }
}

/** A plan of no actions, with the reason. */
export function noActions(reason: string): Plan {
  return {
    outcome: 'ignored',
    rule: null,
    reason,
    actions: [],
    effects: [],
    warnings: [],
    person: null,
    dealId: null,
  };
}
