import type { UnixSeconds } from '../../domain/entities.ts';

/**
 * The times in a report, as they stand there. Any integration can write a deal's `updated_at` and `created_at`, so none of
 * them has to be true.
 */
export interface ReportedTimes {
  /** The preferred field. */
  at: UnixSeconds | null;
  /** The other fields that hold a time, where it differs. */
  otherTimes?: UnixSeconds[];
}

/** A deal entered a stage, as the account's webhook reports it. */
export interface MovedReport extends ReportedTimes {
  kind: 'moved';
  dealId: number;
  /** Null where the report does not name it: only the Digital Pipeline names the old pipeline. */
  fromPipelineId: number | null;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
  at: UnixSeconds;
  /** The user who moved it, 0 for an integration; missing where the report does not say it. */
  by?: number;
}

/** A deal entered a stage, reported without a time by the Digital Pipeline's short body. */
export interface MovedWithoutTimeReport {
  kind: 'moved_without_time';
  dealId: number;
  fromPipelineId: number | null;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
}

export interface CreatedReport extends ReportedTimes {
  kind: 'created';
  dealId: number;
  pipelineId: number;
  stageId: number;
  /** As in `MovedReport`. */
  by?: number;
}

export interface DealChangedReport extends ReportedTimes {
  kind: 'deal_changed';
  dealId: number;
  /** As in `MovedReport`. */
  by?: number;
  /** The custom fields that have a value; missing where there is none. */
  fields?: ReportedField[];
}

/** A custom field in a webhook. Its type is not named, so the values are as they stand there, several joined by a comma. */
export interface ReportedField {
  id: number;
  name: string;
  code: string | null;
  value: string;
}

export interface DealDeletedReport {
  kind: 'deal_deleted';
  dealId: number;
  /** Kommo reports no time for deletions. */
  at: null;
}

/** A deleted deal came back. */
export interface DealRestoredReport extends ReportedTimes {
  kind: 'deal_restored';
  dealId: number;
}

export interface ContactChangedReport extends ReportedTimes {
  kind: 'contact_changed';
  contactId: number;
  /** As in `MovedReport`. */
  by?: number;
}

/** A contact was deleted by a user, or lost in a merge. Kommo reports no time for deletions. */
export interface ContactDeletedReport {
  kind: 'contact_deleted';
  contactId: number;
  at: null;
}

export interface ContactRestoredReport extends ReportedTimes {
  kind: 'contact_restored';
  contactId: number;
}

/** An incoming lead was added, or accepted into the pipeline. Kommo names its deal, but not the stage that it entered. */
export interface IncomingLeadReport {
  kind: 'incoming_lead';
  action: 'added' | 'accepted';
  dealId: number;
  pipelineId: number | null;
  /** When the lead came in. Kommo reports no time for its acceptance. */
  at: UnixSeconds | null;
}

export interface CompanyChangedReport extends ReportedTimes {
  kind: 'company_changed';
  companyId: number;
}

export type KommoReport =
  | MovedReport
  | MovedWithoutTimeReport
  | CreatedReport
  | DealChangedReport
  | DealDeletedReport
  | DealRestoredReport
  | ContactChangedReport
  | ContactDeletedReport
  | ContactRestoredReport
  | CompanyChangedReport
  | IncomingLeadReport;

/** A part of a webhook that Stagepost ignores. */
export interface IgnoredPart {
  /** Its place in the body: `leads[note]`. */
  what: string;
  /** A sentence for people. */
  reason: string;
}

export interface WebhookReading {
  accountId: number | null;
  subdomain: string | null;
  reports: KommoReport[];
  ignored: IgnoredPart[];
}
