import type { Json, StageRef, UnixSeconds } from './entities.ts';

/** A deal entered a stage. `from` is null where the deal was created in it. */
export interface DealMoved {
  kind: 'deal_moved';
  dealId: number;
  /** The stage that the deal left; the pipeline is null where the report does not name it. */
  from: { pipelineId: number | null; stageId: number } | null;
  to: StageRef;
  occurredAt: UnixSeconds;
  /** The user who moved the deal, 0 for an integration; missing where no source says it. */
  by?: number | undefined;
  /** The id of the backfill that has found the deal standing in the stage; missing where the deal was moved. */
  backfillId?: number | undefined;
  /** The events log has shown it, of an account without webhooks; missing where a webhook was due. */
  isPolled?: boolean | undefined;
}

export interface DealChanged {
  kind: 'deal_changed';
  dealId: number;
  occurredAt: UnixSeconds;
  /** The user who changed it, 0 for an integration; missing where no source says it. */
  by?: number | undefined;
  /**
   * The values of the status fields in the webhook, by their names in the rules; fields without a value are left out. Missing
   * where no webhook reported the change.
   */
  fields?: Record<string, string> | undefined;
  /** The contact that was linked to the deal, where the events log says so: it may be a client. */
  linkedContact?: number | undefined;
}

export interface DealDeleted {
  kind: 'deal_deleted';
  dealId: number;
  occurredAt: UnixSeconds;
}

/** A deleted deal came back. Its contacts may have changed in the meantime. */
export interface DealRestored {
  kind: 'deal_restored';
  dealId: number;
  occurredAt: UnixSeconds;
}

export interface ContactChanged {
  kind: 'contact_changed';
  contactId: number;
  occurredAt: UnixSeconds;
  /** As in `DealChanged`. */
  by?: number | undefined;
  /** The addresses that the contact had since then, as Kommo's events log shows them: it may be gone before it is read. */
  addresses?: string[] | undefined;
  /**
   * The addresses that the contact had before, as Kommo shows them. Only after a restore: the lost database may have identified
   * the client under them.
   */
  formerAddresses?: string[] | undefined;
}

/** A contact was deleted by a user, or lost in a merge: Kommo reports both in the same way. */
export interface ContactDeleted {
  kind: 'contact_deleted';
  contactId: number;
  occurredAt: UnixSeconds;
}

export interface ContactRestored {
  kind: 'contact_restored';
  contactId: number;
  occurredAt: UnixSeconds;
}

/**
 * Contacts were merged into this one. Kommo's events log does not name the others (`value_before` is empty): they are
 * deleted at about the same time, and their deals belong to the surviving contact.
 */
export interface ContactMerged {
  kind: 'contact_merged';
  /** The contact that survives. */
  contactId: number;
  occurredAt: UnixSeconds;
  /** Whether a lost database may have identified the client of a contact that is gone, and that nobody has a record of. */
  isSinceBackup?: boolean | undefined;
}

/** A deal or contact may have other values or links than before, so it is read again. */
export type ChangeEvent = DealChanged | DealRestored | ContactChanged | ContactRestored | ContactMerged;

/** A backfill has listed a deal that is in Kommo already. */
export interface DealListed {
  kind: 'deal_listed';
  dealId: number;
  backfillId: number;
  occurredAt: UnixSeconds;
  /** All people of the deal are known to follow other deals, so its contacts are not read. */
  isUnread?: boolean | undefined;
  /** The filter passes over deals without an email address. */
  hasEmail?: boolean | undefined;
}

/** The person that a report names. Any of the three may be missing. */
export interface PersonRef {
  id: string | null;
  email: string | null;
  cioId: string | null;
  /**
   * Whether `email` is only the address that the message went to, because Customer.io states none of the person. The message
   * may have gone to somebody else, so the address is no name of the person that `id` or `cioId` names.
   */
  emailIsRecipient?: boolean;
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
  /**
   * The email addresses that the message went to, in their normal form; empty for other channels and where the report names
   * none. Missing in events of earlier versions.
   */
  recipients?: string[];
  /** Opened by a machine (prefetch) or clicked by a scanner, as Customer.io flags it. */
  machine: boolean;
  /** The values that reaction texts may use: subject, href, recipient, failure_message, ... */
  values: Record<string, Json>;
  /** What was read from Customer.io for the planning. Never stored with the event. */
  readBack?: ReadBack;
}

/** What a report does not carry and the App API gives. */
export interface ReadBack {
  /** What the person receives now; missing where that was not read. */
  preferences?: { unsubscribed: boolean; topics: Readonly<Record<string, boolean>> };
  /** The link to the person's own preference page, valid for 24 hours; missing where no text uses it, or there is none. */
  preferencesUrl?: string;
  /** What could not be read, in sentences for the trace. */
  warnings: readonly string[];
}

/** A watch ran out: the report that would have stopped it did not come in time. */
export interface InactivityReached {
  kind: 'inactivity';
  watchId: number;
  /** The start event of the inactivity rule that started the watch. */
  start: string;
  /** The person's key. */
  person: string;
  dealId: number;
  occurredAt: UnixSeconds;
}

export type StagepostEvent =
  | DealMoved
  | DealListed
  | DealDeleted
  | ContactDeleted
  | ChangeEvent
  | MailReport
  | InactivityReached;

/** Every kind of event, in the order in which lists offer them. */
export const EVENT_KINDS = [
  'deal_moved',
  'deal_listed',
  'deal_changed',
  'deal_deleted',
  'deal_restored',
  'contact_changed',
  'contact_deleted',
  'contact_restored',
  'contact_merged',
  'mail_report',
  'inactivity',
] as const satisfies readonly StagepostEvent['kind'][];
