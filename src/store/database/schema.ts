import type { ActionRow, AttemptRow } from './schema/actions.ts';
import type {
  AlertConditionRow,
  AlertLeaseRow,
  AlertMessageRow,
  AlertMuteRow,
  AlertNoticeRow,
  AlertReceiverRow,
} from './schema/alerts.ts';
import type { BackfillLeftOutRow, BackfillRow } from './schema/backfills.ts';
import type {
  CampaignListRow,
  ConnectionRow,
  ConnectionSetupRow,
  KommoAuthorizationRow,
  KommoGrantRow,
  StoredConnectionRow,
} from './schema/connections.ts';
import type { ConsentLedgerRow, ContactMarkRow, DealShowRow } from './schema/consent.ts';
import type {
  CountCursorRow,
  CountRow,
  EntryCampaignRow,
  EntryCursorRow,
  StageEntryRow,
} from './schema/counts.ts';
import type {
  DealRow,
  DealTermRow,
  DirectoryProgressRow,
  DirectoryRow,
  DirectoryStaleRow,
} from './schema/deals.ts';
import type {
  EventReportRow,
  EventRow,
  HoldRow,
  IncompleteMoveRow,
  MoveRow,
  WaitingContactRow,
} from './schema/events.ts';
import type { DiskSampleRow, HealthEvidenceRow, HealthJudgementRow } from './schema/health.ts';
import type { InboxRow, UnderstoodRow } from './schema/inbox.ts';
import type { InstallationRow, InstanceRow, RpcCallRow } from './schema/instances.ts';
import type { PersonDealRow, PersonJoinRow, PersonNameRow, PersonRow } from './schema/people.ts';
import type {
  ActivityCursorRow,
  FirstReportRow,
  FoundReportRow,
  TriggerEvidenceRow,
} from './schema/reports.ts';
import type { RuleCaseRow, RuleVersionRow, TestPersonRow, WatchRow } from './schema/rules.ts';
import type { AuditRow, SessionRow, SetupLinkRow, TokenRow, UserRow } from './schema/users.ts';

export type * from './schema/actions.ts';
export type * from './schema/alerts.ts';
export type * from './schema/backfills.ts';
export type * from './schema/common.ts';
export type * from './schema/connections.ts';
export type * from './schema/consent.ts';
export type * from './schema/counts.ts';
export type * from './schema/deals.ts';
export type * from './schema/events.ts';
export type * from './schema/health.ts';
export type * from './schema/inbox.ts';
export type * from './schema/instances.ts';
export type * from './schema/people.ts';
export type * from './schema/reports.ts';
export type * from './schema/rules.ts';
export type * from './schema/users.ts';

export interface Schema {
  installation: InstallationRow;
  inbox: InboxRow;
  inbox_done: UnderstoodRow;
  events: EventRow;
  event_reports: EventReportRow;
  waiting_contacts: WaitingContactRow;
  holds: HoldRow;
  moves: MoveRow;
  untimed_moves: IncompleteMoveRow;
  actions: ActionRow;
  attempts: AttemptRow;
  persons: PersonRow;
  person_names: PersonNameRow;
  person_deals: PersonDealRow;
  person_joins: PersonJoinRow;
  consent_ledger: ConsentLedgerRow;
  deal_shows: DealShowRow;
  contact_marks: ContactMarkRow;
  first_reports: FirstReportRow;
  activity_cursors: ActivityCursorRow;
  found_reports: FoundReportRow;
  trigger_evidence: TriggerEvidenceRow;
  campaign_lists: CampaignListRow;
  watches: WatchRow;
  deals: DealRow;
  deal_terms: DealTermRow;
  directory: DirectoryRow;
  directory_stale: DirectoryStaleRow;
  directories: DirectoryProgressRow;
  connections: ConnectionRow;
  instances: InstanceRow;
  users: UserRow;
  sessions: SessionRow;
  tokens: TokenRow;
  setup_links: SetupLinkRow;
  audit: AuditRow;
  counts: CountRow;
  count_cursors: CountCursorRow;
  stage_entries: StageEntryRow;
  entry_campaigns: EntryCampaignRow;
  entry_cursors: EntryCursorRow;
  rule_versions: RuleVersionRow;
  rule_cases: RuleCaseRow;
  test_people: TestPersonRow;
  rpc_calls: RpcCallRow;
  health_evidence: HealthEvidenceRow;
  health_judgements: HealthJudgementRow;
  disk_samples: DiskSampleRow;
  stored_connections: StoredConnectionRow;
  connection_setups: ConnectionSetupRow;
  kommo_grants: KommoGrantRow;
  kommo_authorizations: KommoAuthorizationRow;
  backfills: BackfillRow;
  backfill_left_out: BackfillLeftOutRow;
  alert_conditions: AlertConditionRow;
  alert_notices: AlertNoticeRow;
  alert_receivers: AlertReceiverRow;
  alert_leases: AlertLeaseRow;
  alert_messages: AlertMessageRow;
  alert_mutes: AlertMuteRow;
}
