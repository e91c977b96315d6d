import type { UnixSeconds } from '../../domain/entities.ts';

/** A deal entered a stage, as the account's webhook reports it. */
export interface MovedReport {
  kind: 'moved';
  dealId: number;
  /** Null where the report does not name it: only the Digital Pipeline names the old pipeline. */
  fromPipelineId: number | null;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
  at: UnixSeconds;
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

export interface CreatedReport {
  kind: 'created';
  dealId: number;
  pipelineId: number;
  stageId: number;
  at: UnixSeconds | null;
}

export interface DealChangedReport {
  kind: 'deal_changed';
  dealId: number;
  at: UnixSeconds | null;
}

export interface DealDeletedReport {
  kind: 'deal_deleted';
  dealId: number;
  /** Kommo reports no time for deletions. */
  at: null;
}

export interface ContactChangedReport {
  kind: 'contact_changed';
  contactId: number;
  at: UnixSeconds | null;
}

export interface CompanyChangedReport {
  kind: 'company_changed';
  companyId: number;
  at: UnixSeconds | null;
}

export type KommoReport =
  | MovedReport
  | MovedWithoutTimeReport
  | CreatedReport
  | DealChangedReport
  | DealDeletedReport
  | ContactChangedReport
  | CompanyChangedReport;

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
