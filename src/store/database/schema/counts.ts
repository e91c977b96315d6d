import type { UnixSeconds } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

/** The count of a metric in a minute, an hour or a day; `size` is the length in ms. */
export interface CountRow {
  connection: string;
  size: number;
  metric: string;
  bucket: Millis;
  count: number;
  last_at: Millis;
}

/** How far a table was counted. */
export interface CountCursorRow {
  source: string;
  at: Millis;
  id: number;
}

/** An entry of a deal into a stage, with what came of it: see `StageEntries` in src/store/funnel/. */
export interface StageEntryRow {
  /** The stage change. */
  event_id: number;
  connection: string;
  deal_id: number;
  pipeline_id: number;
  stage_id: number;
  entered_at: UnixSeconds;
  /** The stage that the deal entered next; null while it is in this one. */
  next_pipeline_id: number | null;
  next_stage_id: number | null;
  /** When Customer.io first accepted an event of it; null where it has not. */
  accepted_at: Millis | null;
  /** One of `MISSED_REASONS`: why there is no email, as long as no report says more. */
  reason: string;
  /** The same by a report: the email was not sent, or came back. */
  failure: string | null;
  sent_at: UnixSeconds | null;
  arrived_at: UnixSeconds | null;
  opened_at: UnixSeconds | null;
  clicked_at: UnixSeconds | null;
  /** Why there was no email, by all that is known; null where there was one. */
  missed: string | null;
  /** When the reason is to be looked at again; null where only an action or a report can change it. */
  check_at: Millis | null;
}

/** The emails of one campaign that an entry has started. */
export interface EntryCampaignRow
  extends Pick<
    StageEntryRow,
    | 'event_id'
    | 'connection'
    | 'pipeline_id'
    | 'stage_id'
    | 'sent_at'
    | 'arrived_at'
    | 'opened_at'
    | 'clicked_at'
    | 'failure'
  > {
  /** The id of the campaign in Customer.io. */
  campaign: string;
  /** As the entry had it when the first report came. */
  entered_at: UnixSeconds;
}

/** How far a table was read for the entries. */
export type EntryCursorRow = CountCursorRow;
