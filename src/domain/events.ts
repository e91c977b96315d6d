import type { Json, StageRef, UnixSeconds } from './entities.ts';

/** A deal entered a stage. `from` is null where the deal was created in it. */
export interface DealMoved {
  kind: 'deal_moved';
  dealId: number;
  /** The stage that the deal left; the pipeline is null where the report does not name it. */
  from: { pipelineId: number | null; stageId: number } | null;
  to: StageRef;
  occurredAt: UnixSeconds;
}

export interface DealChanged {
  kind: 'deal_changed';
  dealId: number;
  occurredAt: UnixSeconds;
}

export interface DealDeleted {
  kind: 'deal_deleted';
  dealId: number;
  occurredAt: UnixSeconds;
}

export interface ContactChanged {
  kind: 'contact_changed';
  contactId: number;
  occurredAt: UnixSeconds;
}

/** The person that a report names. Any of the three may be missing. */
export interface PersonRef {
  id: string | null;
  email: string | null;
  cioId: string | null;
}

/**
 * A report of Customer.io about a message or a person. `name` is `<object_type>_<metric>`
 * (`email_opened`, `customer_unsubscribed`), the name that reactions use.
 */
export interface MailReport {
  kind: 'mail_report';
  name: string;
  /** Unique per report: Customer.io's own idempotency key. */
  reportId: string;
  person: PersonRef;
  occurredAt: UnixSeconds;
  /** Customer.io's id of the message. `repeat: first` counts reports per message. */
  deliveryId: string | null;
  /** Opened by a machine (prefetch) or clicked by a scanner, as Customer.io flags it. */
  machine: boolean;
  /** The values that reaction texts may use: subject, href, recipient, failure_message, ... */
  values: Record<string, Json>;
}

/** A watch ran out: the report that would have stopped it did not come in time. */
export interface InactivityReached {
  kind: 'inactivity';
  watchId: number;
  /** The start event of the inactivity rule that started the watch. */
  start: string;
  person: string;
  dealId: number;
  occurredAt: UnixSeconds;
}

export type StagepostEvent =
  | DealMoved
  | DealChanged
  | DealDeleted
  | ContactChanged
  | MailReport
  | InactivityReached;
