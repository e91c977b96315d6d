import type { Generated } from 'kysely';
import type { EntryKind, EntrySource } from '../../../domain/consent/ledger-entry.ts';
import type { UnixSeconds } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

/** A fact about consent or deliverability; see `LedgerEntry` in src/domain/consent/ledger-entry.ts. Never removed. */
export interface ConsentLedgerRow {
  id: Generated<number>;
  connection: string;
  key: string;
  kind: EntryKind;
  scope: string;
  at: UnixSeconds;
  source: EntrySource;
  name: string;
  address: string | null;
  identifier: string | null;
  email: string | null;
  cio_id: string | null;
  who: string | null;
  event_id: number | null;
  recorded_at: Millis;
}

/** What a deal's field is known to show. Empty: it was cleared. */
export interface DealShowRow {
  connection: string;
  deal_id: number;
  field: string;
  value: string;
  is_restrictive: boolean;
  event_id: number | null;
  updated_at: Millis;
  /** What it showed before, the latest first; null in rows of earlier versions. */
  earlier: string[] | null;
  /** When edits were undone, the latest first. */
  undone_at: UnixSeconds[] | null;
}

/** Whether a contact's checkbox for clients who want no email was ticked when it was last read. */
export interface ContactMarkRow {
  connection: string;
  contact_id: number;
  is_marked: boolean;
  updated_at: Millis;
}
