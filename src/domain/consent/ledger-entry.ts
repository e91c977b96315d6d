import type { Json, UnixSeconds } from '../entities.ts';

/**
 * What an entry of the ledger says:
 *
 * - `opt_out`, `opt_in`: the person's consent to marketing as a whole (`unsubscribed` at Customer.io)
 * - `complaint`: a message was marked as spam
 * - `channel_off`, `channel_on`, `topic_off`, `topic_on`: a preference; `scope` names the channel or topic
 * - `bounce`: a mail server refused the address for good; `temporary_bounce`: for now
 * - `suppressed`: Customer.io did not send, because the address is on a suppression list
 * - `sent`, `arrived`: a message went out to the address, or reached it
 * - `suppression_lifted`: somebody removed the address from the suppression lists
 * - `address_corrected`: somebody replaced the address
 */
export const ENTRY_KINDS = [
  'opt_out',
  'opt_in',
  'complaint',
  'channel_off',
  'channel_on',
  'topic_off',
  'topic_on',
  'bounce',
  'temporary_bounce',
  'suppressed',
  'sent',
  'arrived',
  'suppression_lifted',
  'address_corrected',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The kinds with which a client stops emails. */
export const OPT_OUTS: ReadonlySet<EntryKind> = new Set(['opt_out', 'complaint', 'channel_off', 'topic_off']);

/** The kinds that speak for sending. */
export const GIVES_CONSENT: ReadonlySet<EntryKind> = new Set(['opt_in', 'channel_on', 'topic_on']);

/**
 * Where an entry comes from: a report of Customer.io, a value set in Kommo, the console, Customer.io's list of activities,
 * or the status fields that versions before the ledger remembered.
 */
export type EntrySource = 'report' | 'kommo' | 'console' | 'activity' | 'field';

/** The scope of an entry that concerns all marketing. Topics and channels have their id at Customer.io as scope. */
export const GLOBAL = 'global';

/** The names by which an entry finds its person. They are those known when the fact happened. */
export interface EntryNames {
  /** The identifier at Customer.io. */
  identifier: string | null;
  /** The person's email address, in its normal form. */
  email: string | null;
  cioId: string | null;
}

/** A fact about a person's consent or an address's deliverability. Never changed and never removed. */
export interface LedgerEntry {
  /** Unique in the connection together with `kind` and `scope`: the id of the report, or another name of the fact. */
  key: string;
  at: UnixSeconds;
  source: EntrySource;
  /** The report's name (`email_unsubscribed`), or what else was heard. */
  name: string;
  kind: EntryKind;
  scope: string;
  /** Deliverability only: the address that it concerns, in its normal form; null where it is not known. */
  address: string | null;
  names: EntryNames;
  /** The user who did it; null where no user of Kommo or Stagepost did. */
  who: string | null;
  /** When Stagepost recorded it; missing before. */
  recordedAt?: UnixSeconds;
}

/** An entry as it is stored, with what belongs to its event. */
export interface RecordedEntry extends LedgerEntry {
  /** The event that reported it; null where none did. */
  eventId: number | null;
  /**
   * Whether the event is still to be planned (again): its person was not found, or a text of its rule failed. Then no rule
   * has acted on the fact yet.
   */
  isPending: boolean;
  /** The deal with the task that the event's reaction has created, unless it is closed already; missing where there is none. */
  taskDealId?: number;
  /** The values of the report, for texts; empty where there is none, or after the retention time. */
  values: Record<string, Json>;
}
