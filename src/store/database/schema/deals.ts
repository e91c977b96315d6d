import type { UnixSeconds } from '../../../domain/entities.ts';
import type { RecordedContact } from '../../../domain/search/deal-record.ts';
import type { Millis } from './common.ts';

/** A deal with its names as it was last read; see `DealRecord`. */
export interface DealRow {
  connection: string;
  deal_id: number;
  name: string;
  pipeline_id: number;
  stage_id: number;
  company_id: number | null;
  company: string | null;
  contacts: RecordedContact[];
  read_at: Millis;
}

/** A text by whose beginning a deal is found; see src/domain/search/terms.ts. Some may be those of former names. */
export interface DealTermRow {
  connection: string;
  term: string;
  deal_id: number;
}

/** An email address of a contact in Kommo. */
export interface DirectoryRow {
  connection: string;
  /** In its normal form. */
  address: string;
  contact_id: number;
  deal_ids: number[];
  /** When the contact was last read. */
  read_at: Millis;
}

/** A contact that has changed since it was read. */
export interface DirectoryStaleRow {
  connection: string;
  contact_id: number;
}

/** How far the contacts of a connection's account have been read into the directory. */
export interface DirectoryProgressRow {
  connection: string;
  /** The next page of the full reading under way; null where none is. */
  next_page: number | null;
  /** When the full reading under way began. */
  read_began_at: Millis | null;
  /** The latest change of a contact that the full reading under way has seen. */
  newest_seen: UnixSeconds | null;
  /** When the last full reading ended; null before the first one. */
  read_through_at: Millis | null;
  /** The directory contains all contacts that changed before this time, by Kommo's clock. */
  changed_until: UnixSeconds | null;
  /** Until when, by our clock, the directory is complete: when the last reading of changes began. */
  complete_at: Millis | null;
  /** When Kommo's contact search last returned too many contacts to be of use. */
  search_failed_at: Millis | null;
}
