import type { Generated } from 'kysely';
import type { UnixSeconds } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

export interface FirstReportRow {
  connection: string;
  name: string;
  delivery_id: string;
  event_id: number;
  /** When it was recorded. Those of earlier versions have the time of the migration. */
  at: Generated<Millis>;
}

/** How far Customer.io's activity log has been compared with the reports that came, for one type of activity. */
export interface ActivityCursorRow {
  connection: string;
  type: string;
  /** When it was first read. Earlier activities are ignored. */
  read_from: UnixSeconds;
  read_to: UnixSeconds;
}

/** A report that only Customer.io's activity log has shown. */
export interface FoundReportRow {
  event_id: number;
  connection: string;
  name: string;
  found_at: Millis;
  /** When a webhook brought it after all; null where none did. */
  reported_at: Millis | null;
}

/** Whether Customer.io names our events in the reports of their campaigns: how many were ours, and how many were not. */
export interface TriggerEvidenceRow {
  connection: string;
  matched: number;
  unmatched: number;
}
