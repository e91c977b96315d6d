import type { Action } from '../actions.ts';
import type { Company, Contact, Deal, Json, Pipeline, UnixSeconds, User } from '../entities.ts';
import type { MailFact, MailState } from '../mailability.ts';
import type { FieldState } from '../opt-out.ts';

/** The decision about one event: its actions, or the reason why there are none. */
export interface Plan {
  /** `parked`: no person was found for a report; it is planned again when a stage sends that person to Customer.io. */
  outcome: 'planned' | 'ignored' | 'parked';
  /** The rule that applied, as shown to people; null where none did. */
  rule: string | null;
  /** A sentence for people that says why there are no actions; null where there are some. */
  reason: string | null;
  actions: PlannedAction[];
  effects: Effect[];
  warnings: string[];
  /** The person that the event is about; null where none was found. */
  person: string | null;
  dealId: number | null;
  /** Moves and inactivity only: whether the client can get email. Null where no person was planned for. */
  clientState: MailState | null;
  /** Why the rules were not applied; missing where they were. */
  setAside?: SetAside;
}

/**
 * Why an event is put aside without a decision of the rules:
 * - `text_failed`: a text of the rules cannot be rendered
 * - `text_too_expensive`: a text of the rules exceeds the budget
 * - `planning_timed_out`: planning exceeds its deadline again and again
 * - `planning_failed`: a fault of Stagepost, for a day
 * - `planning_crashed`: the process has ended three times while it planned this event
 */
export type SetAside =
  | 'text_failed'
  | 'text_too_expensive'
  | 'planning_timed_out'
  | 'planning_failed'
  | 'planning_crashed';

/** An action, and the earlier action of the same plan that must be done before it. */
export interface PlannedAction {
  action: Action;
  /** Index in the plan's actions; null where the action waits for nothing. */
  after: number | null;
}

/** A change that a plan makes to Stagepost's own records. Saved in the transaction that saves the actions. */
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

/** All inputs of a plan other than the event and the rules. */
export interface PlanContext {
  /** When the context was read. Plans use no other clock. */
  readAt: UnixSeconds;
  pipelines: Pipeline[];
  /** The account's time zone, for the due times of tasks. */
  timezone: string;
  /** The deals that the event concerns: the deal that moved, or the one that was chosen for a report. */
  deals: DealContext[];
  /** The people that the event may concern. */
  known: KnownPerson[];
  /** Moves and inactivity only: the reports that say whether a person can get email, by identifier or email. */
  mailFacts: ReadonlyMap<string, readonly MailFact[]>;
  /** Reports only: the person that the report names, or the reason why nobody was found. */
  subject: { person: string | null; email: string | null; reason: string | null; contactId: number | null };
  /** Reports only: the person's running watches. */
  watches: RunningWatch[];
  /** Reports only: whether this message has had a report of the same name before. */
  reportedBefore: boolean;
  /** Inactivity only: whether the report that stops the watch came in time but was planned too late. */
  hasRecentActivity: boolean;
}

/** A deal as read from Kommo, with its contacts, its company and its user. */
export interface DealContext {
  /** Null where Kommo has no such deal (any more). */
  deal: Deal | null;
  /** The main contact first. */
  contacts: Contact[];
  company: Company | null;
  responsibleUser: User | null;
}

/** Stagepost's record of a person. */
export interface KnownPerson {
  /** The identifier at Customer.io. */
  person: string;
  email: string | null;
  contactId: number | null;
  /** The deal that the person's attributes follow: the one that entered a stage last. */
  dealId: number | null;
  /** As last sent to Customer.io; null where the person was never identified. */
  attributes: Record<string, Json> | null;
  /** The deal fields that reports have set, by field. */
  fields: Record<string, FieldState>;
}

/** An inactivity timer that has neither run out nor been stopped. */
export interface RunningWatch {
  id: number;
  /** The stage event that started it. */
  start: string;
  /** The report that stops it. */
  unless: string;
  dealId: number;
  startedAt: UnixSeconds;
  firesAt: UnixSeconds;
}

/** A plan without actions, with the reason. */
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
    clientState: null,
  };
}
