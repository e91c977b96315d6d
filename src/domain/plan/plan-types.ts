import type { Action } from '../actions.ts';
import type { BackfillOutcome } from '../backfill.ts';
import type { KnownShow, OwnWrites } from '../consent/crm-edit.ts';
import type { FieldShow } from '../consent/deal-shows.ts';
import type { FieldState } from '../consent/field-state.ts';
import type { Ledger } from '../consent/ledger.ts';
import type { RecordedEntry } from '../consent/ledger-entry.ts';
import type { LostWrites } from '../consent/lost-writes.ts';
import type { MailState } from '../consent/mail-state.ts';
import type { EmailTrigger } from '../email-trigger.ts';
import type { Company, Contact, Deal, Json, Pipeline, StageRef, UnixSeconds, User } from '../entities.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { NoEmailReason } from './no-email.ts';
import type { SentEvent, SentEvents } from './sent-before.ts';

/** The decision about one event: its actions, or the reason why there are none. */
export interface Plan {
  /**
   * - `parked`: no person was found for a report; it is planned again when a stage sends that person to Customer.io
   * - `waiting`: the deal of a move has nobody to address yet; it is planned again as `waitsFor` says
   */
  outcome: 'planned' | 'ignored' | 'parked' | 'waiting';
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
  /** Reports only: the event that started the campaign of the email; missing where that is not certain. */
  causedBy?: number;
  /** Moves only: why no email is due, apart from the state of the client; missing where one is. */
  noEmail?: NoEmailReason;
  /** Reports only: whether it is about a test person, so that nothing is recorded of it. */
  isTest?: true;
  /** Why the rules were not applied; missing where they were. */
  setAside?: SetAside;
  /** Only with the outcome `waiting`. */
  waitsFor?: WaitsFor;
}

/** What has a waiting move planned again, apart from a change of its deal. */
export interface WaitsFor {
  /** The deal's contacts: a change of one of them has the move planned again. */
  contactIds: number[];
  /** When the move is planned for the last time. */
  until: UnixSeconds;
  /** Whether it is planned again at that time only, because its event is held until then. */
  isExact?: true;
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

/** The decision of a person to send a held move. */
export interface Release {
  at: UnixSeconds;
  /** The time that the event carries: that of the move, or that of its sending. */
  timestamp: 'move' | 'now';
}

/** An action, and the earlier action of the same plan that must be done before it. */
export interface PlannedAction {
  action: Action;
  /** Index in the plan's actions; null where the action waits for nothing. */
  after: number | null;
}

/**
 * A change that a plan makes to Stagepost's own records. Saved in the transaction that saves the actions. `key` is the
 * person's, `person` the identifier at Customer.io.
 */
export type Effect =
  | {
      kind: 'identified';
      key: string;
      person: string;
      email: string | null;
      contactId: number;
      dealId: number;
      attributes: Record<string, Json>;
    }
  | { kind: 'linked'; key: string; dealId: number }
  | {
      kind: 'start_watch';
      start: string;
      unless: string;
      key: string;
      dealId: number;
      /** When the event went out: earlier reports stop nothing. */
      startedAt: UnixSeconds;
      firesAt: UnixSeconds;
    }
  | { kind: 'stop_watches'; watchIds: number[] }
  /** An event of a rule with `once`, to be remembered. */
  | ({ kind: 'event_sent' } & SentEvent)
  | { kind: 'first_report'; name: string; deliveryId: string }
  | { kind: 'field_set'; key: string; field: string; state: FieldState }
  /** Entries for the ledger of consent and deliverability. */
  | { kind: 'consent_recorded'; entries: RecordedEntry[] }
  /** What a field of a deal shows once the plan's actions are done. */
  | ({ kind: 'deal_shows'; dealId: number } & FieldShow)
  /** Whether the checkbox of a contact for clients who want no email is ticked. */
  | { kind: 'contact_marked'; contactId: number; isMarked: boolean }
  | { kind: 'deal_deleted'; dealId: number }
  /** What has come of a deal that a backfill has listed. */
  | {
      kind: 'backfilled';
      backfillId: number;
      dealId: number;
      outcome: BackfillOutcome;
      /** A sentence for people. */
      detail: string;
      newPeople: number;
      updatedPeople: number;
      /** The stage in which the deal stands, if it has a rule. */
      stage: (StageRef & { event: string }) | null;
    };

/** All inputs of a plan other than the event and the rules. */
export interface PlanContext {
  /** When the context was read. Plans use no other clock. */
  readAt: UnixSeconds;
  /** Moves only: when the move was first planned and began to wait; null where it did not wait. */
  waitingSince: UnixSeconds | null;
  /**
   * Moves only: whether the stage's event was sent already, for a stage change by a backfill, and for a deal that a backfill has found
   * in the stage by a later stage change. Missing: no.
   */
  isSentAlready?: boolean;
  /** Moves only: what rules with `once` must not repeat. */
  sent: SentEvents;
  /** Moves only: the decision to send a move that was held; null for all others. */
  release: Release | null;
  pipelines: Pipeline[];
  /** The account's time zone: for the due times of tasks, and for days. */
  timezone: string;
  /** The account's country; null where it is not known. */
  country: string | null;
  /**
   * The deals that the event concerns: the deal that moved. For a report all deals of its person.
   */
  deals: DealContext[];
  /**
   * Only for a report: other deals of its person that were read with the batch. Its note is not for them, since the person was not
   * known to be on them when it came, but what they show is.
   */
  newDeals?: DealContext[];
  /** The people that the event may concern. */
  known: KnownPerson[];
  /** What is known of the consent of these people, and whether email reaches them. */
  ledger: Ledger;
  /** What the deals are known to show, by deal and field. */
  shows: ReadonlyMap<number, ReadonlyMap<string, KnownShow>>;
  crm: CrmContext;
  /** Reports only: the person that the report names, or the reason why nobody was found. */
  subject: ReportSubject;
  /** Reports only: the person's only deal, where it was not read because the report does nothing but write a note on it. */
  unreadDealId?: number;
  /** Reports only: the event that started the campaign of the email; missing where that is not certain. */
  trigger?: EmailTrigger;
  /** Reports: the person's running watches. Moves: those of the people on the deal. */
  watches: RunningWatch[];
  /** Reports only: whether this message has had a report of the same name before. */
  reportedBefore: boolean;
  /** Inactivity only: whether the report that stops the watch came in time but was planned too late. */
  hasRecentActivity: boolean;
}

/** What tells edits in Kommo from Stagepost's own writes. */
export interface CrmContext {
  /** Stagepost's writes to the fields of deals with an edit. */
  writes: ReadonlyMap<number, OwnWrites>;
  /** Only where the database was restored. */
  lost?: LostWrites | null;
  /** Whether the checkbox for clients who want no email was ticked, by contact. */
  marks: ReadonlyMap<number, boolean>;
  /** All deals that were read for the batch, by id. */
  deals: ReadonlyMap<number, DealContext>;
  /** The people of these deals, by key. */
  people: ReadonlyMap<string, KnownPerson>;
  users: readonly User[];
}

/** The person of a report. */
export interface ReportSubject {
  /** The person's key; null where nobody is known. */
  key: string | null;
  /** As shown: the identifier or address. */
  person: string | null;
  /** Why no deal was found; null where one was. */
  reason: string | null;
  /** Whether it is a test person: an editor who has sent an event to themselves. */
  isTest?: boolean;
}

/** A deal as read from Kommo, with its contacts, its company and its user. */
export interface DealContext {
  /** Null where Kommo has no such deal (any more). */
  deal: Deal | null;
  /** Those that were read, the main contact first. */
  contacts: Contact[];
  /** Contacts who are not on the deal any more and whom the event concerns; missing where none were asked for. */
  formerContacts?: Contact[];
  /** The ids of contacts that were asked for and do not exist any more, or cannot be read. */
  missingContacts: number[];
  company: Company | null;
  responsibleUser: User | null;
}

/** All contacts that were read with a deal. */
export function contactsRead({ contacts, formerContacts = [] }: DealContext): Contact[] {
  return [...contacts, ...formerContacts];
}

/** An inactivity timer that has neither run out nor been stopped. */
export interface RunningWatch {
  id: number;
  /** The stage event that started it. */
  start: string;
  /** The reports that stop it, as one text: `email_opened, sms_clicked`. */
  unless: string;
  dealId: number;
  startedAt: UnixSeconds;
  firesAt: UnixSeconds;
}

/** A plan without actions, with the reason. */
export function noActions(reason: string, noEmail?: NoEmailReason): Plan {
  return {
    ...(noEmail && { noEmail }),
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
