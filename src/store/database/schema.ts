import type { Generated } from 'kysely';
import type { ActionKind, Destination } from '../../domain/actions.ts';
import type { AlertRecord, Condition, Notice, ReceiverState } from '../../domain/alerts.ts';
import type {
  BackfillCounts,
  BackfillFilter,
  BackfillPlan,
  BackfillState,
  LeftOutDeal,
} from '../../domain/backfill.ts';
import type { Campaign, Sender } from '../../domain/campaigns/campaign.ts';
import type { FieldState } from '../../domain/consent/field-state.ts';
import type { EntryKind, EntrySource } from '../../domain/consent/ledger-entry.ts';
import type { Catalog, Json, StageRef, UnixSeconds } from '../../domain/entities.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import type { NameKind } from '../../domain/people/person-types.ts';
import type { SetAside } from '../../domain/plan/plan-types.ts';
import type { RecordedContact } from '../../domain/search/deal-record.ts';

/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number;

export type Source = 'kommo' | 'customerio';

/** A request that is to be understood. */
export interface InboxRow {
  id: Generated<number>;
  connection: string;
  source: Source;
  received_at: Millis;
  headers: Record<string, string>;
  /** Null after the retention time, in rows of earlier versions. */
  body: Uint8Array | null;
  /** `done`: understood by an earlier version, which kept such requests in this table. */
  state: 'new' | 'done';
  /** A sentence for people: what was understood, or why the request was ignored. */
  outcome: string | null;
  understood_at: Millis | null;
}

/** A request that was understood. The table is partitioned by `received_at`. */
export interface UnderstoodRow extends Omit<InboxRow, 'id' | 'state'> {
  /** As in the inbox. */
  id: number;
}

/**
 * - `new`: to be planned
 * - `planned`: its actions are in the outbox
 * - `ignored`: nothing to do; `reason` says why
 * - `parked`: its person was not found; planned again when a stage sends the person to Customer.io
 * - `waiting`: a move whose deal has nobody to address yet; planned again when its deal or a contact of it changes, and by
 *   a clock, from `next_attempt_at` on
 * - `held`: a move of a burst, until somebody decides; then `waiting` for its turn, or `ignored`
 */
export type EventState = 'new' | 'planned' | 'ignored' | 'parked' | 'waiting' | 'held';

export interface EventRow {
  id: Generated<number>;
  connection: string;
  key: string;
  kind: StagepostEvent['kind'];
  /** The event's or report's name: `deal_won`, `email_opened`. */
  name: string | null;
  deal_id: number | null;
  contact_id: number | null;
  person: string | null;
  occurred_at: UnixSeconds;
  created_at: Millis;
  /** Empty after the retention time. */
  payload: StagepostEvent;
  state: EventState;
  reason: string | null;
  rule: string | null;
  warnings: string[];
  attempts: number;
  next_attempt_at: Millis;
  planned_at: Millis | null;
  /** The version of the rules it was planned with; null where the rules come from the file, or none was published. */
  rules_version: number | null;
  /** How often the process ended while this event may have been planned. */
  planning_crashes: Generated<number>;
  /** Why it was put aside without a decision of the rules; null for all other events. */
  set_aside: SetAside | null;
  /** One of `MAIL_STATES`, for moves and inactivity; null where it was not determined. */
  client_state: string | null;
  /** One of `NO_EMAIL_REASONS`; null where an email is due or none is the subject, and for events from before migration 084. */
  no_email: string | null;
  /** The deal's responsible user when it was read for the decision; null where it was not, and before migration 084. */
  owner_id: number | null;
  /** When a move was first planned and began to wait; null for an event that never waited. */
  waiting_since: Millis | null;
  /** The hold that the move belongs or belonged to. */
  hold_id: number | null;
  /** When somebody decided that a held move is sent; null for all others. */
  released_at: Millis | null;
  /** Reports only: the event that started the campaign of the email; null where that is not known. */
  caused_by: number | null;
  /** The time that the event of a released move carries: that of the move, or that of its sending. */
  released_with: 'move' | 'now' | null;
}

/** Moves of a burst into one stage, which wait for one decision. */
export interface HoldRow {
  id: Generated<number>;
  connection: string;
  pipeline_id: number;
  stage_id: number;
  /** The event of the stage's rule when the hold was opened. */
  event: string;
  /** The times of the first and the last move that made it a burst. */
  first_at: UnixSeconds;
  last_at: UnixSeconds;
  opened_at: Millis;
  /** When a move was last added. */
  changed_at: Millis;
  /** Null for a burst. */
  cause: 'restored' | 'backfill' | null;
}

/** A contact that a waiting move has seen on its deal: a change of the contact has the move planned again. */
export interface WaitingContactRow {
  connection: string;
  contact_id: number;
  event_id: number;
}

/** A version of the rules that are kept in the database. Its text is stored exactly as it was published. */
export interface RuleVersionRow {
  connection: string;
  /** 1, 2, 3, … for each connection. */
  version: number;
  /** UTF-8. */
  text: Uint8Array;
  at: Millis;
  published_by: string;
  /** As `AuditRow.who_kind` and `who_id`. */
  published_kind: string | null;
  published_id: number | null;
  note: string | null;
  /** The older version that it restores; null where it restores none. */
  restored: number | null;
}

/** A test case of a connection's rules: an event with the facts of its decision, and the decision that is expected. */
export interface RuleCaseRow {
  id: Generated<number>;
  connection: string;
  name: string;
  /** The event, as a sentence. */
  title: string;
  /** The deal, and the contacts, whose data the facts hold. */
  deal_id: number | null;
  contact_ids: number[];
  facts: Uint8Array;
  expected: Uint8Array;
  saved_at: Millis;
  saved_by: string;
}

export interface EventReportRow {
  event_id: number;
  inbox_id: number;
}

export interface MoveRow {
  id: Generated<number>;
  connection: string;
  deal_id: number;
  from_stage_id: number | null;
  pipeline_id: number;
  stage_id: number;
  /** The time in the first webhook that reported the move. */
  hook_at: UnixSeconds | null;
  /** The times in all its webhooks, where there are several. */
  hook_times: UnixSeconds[] | null;
  /** When the first webhook arrived. */
  arrived_at: UnixSeconds | null;
  kommo_event_id: string | null;
  kommo_event_at: UnixSeconds | null;
  event_id: number;
  event_key: string;
}

/** A report of a stage change that lacks its time or its stage, or that may be about a known move. */
export interface IncompleteMoveRow {
  id: Generated<number>;
  connection: string;
  inbox_id: number;
  report: Json;
  attempts: number;
  next_attempt_at: Millis;
  /** When its request came; null in rows of earlier versions, whose request is in the inbox. */
  received_at: Generated<Millis | null>;
}

/**
 * - `waiting`: for the action in `after_id`
 * - `ready`: to be delivered, from `next_attempt_at` on
 * - `sending`: being sent; the answer is not stored yet
 * - `done`, `dead` (a dead letter), `dropped` (no longer needed; `error` says why)
 */
export type ActionState = 'waiting' | 'ready' | 'sending' | 'done' | 'dead' | 'dropped';

export interface ActionRow {
  id: Generated<number>;
  connection: string;
  lane: Destination;
  event_id: number;
  kind: ActionKind;
  subject: string;
  deal_id: number | null;
  /** Read with `parseAction`. Empty after the retention time. */
  payload: object;
  ulid: string;
  state: ActionState;
  after_id: number | null;
  priority: number;
  attempts: number;
  next_attempt_at: Millis;
  created_at: Millis;
  sent_at: Millis | null;
  done_at: Millis | null;
  /** The destination's id of the entity that was created or changed. */
  result: string | null;
  failure: string | null;
  /** One of `FAILURE_CODES`, where the cause is known. */
  failure_code: string | null;
  error: string | null;
  warnings: string[];
}

/** A call. The table is partitioned by `started_at`. */
export interface AttemptRow {
  id: Generated<number>;
  connection: string;
  lane: Destination;
  started_at: Millis;
  duration_ms: number;
  call: string;
  status: number | null;
  outcome: string;
  error: string | null;
  action_ids: number[];
}

export interface PersonRow {
  connection: string;
  /** The person's key; never shown. For people from before migration 020 it is their identifier of then. */
  person: string;
  /** The profile at Customer.io as last identified; null for a person that was only found, and in rows from before. */
  identifier: string | null;
  email: string | null;
  contact_id: number | null;
  /** The deal that supplies the person's attributes: the one that moved last. */
  deal_id: number | null;
  /** As last sent to Customer.io; null for a person that was only found, never identified. */
  attributes: Record<string, Json> | null;
  /** The state of each deal field that reactions have set. */
  fields: Record<string, FieldState>;
  /** The email that Customer.io has refused, because another profile has it. */
  refused_email: Generated<string | null>;
  updated_at: Millis;
}

/** A name of a person, as one source states it; see `PersonName`. */
export interface PersonNameRow {
  connection: string;
  /** The person's key. */
  person: string;
  kind: NameKind;
  value: string;
  source: string;
  since: Millis;
  until: Millis | null;
}

export interface PersonDealRow {
  connection: string;
  /** The person's key. */
  person: string;
  deal_id: number;
  linked_at: Millis;
  role: Generated<'main' | 'other'>;
  /** The contact by which the person is on the deal; null where it is not known. */
  contact_id: number | null;
  /** When the link ended; null while it holds. */
  until: Millis | null;
}

/** Two people that turned out to be one. */
export interface PersonJoinRow {
  connection: string;
  /** The key that was given up. */
  joined: string;
  /** The key that stayed. */
  person: string;
  reason: string;
  at: Millis;
}

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

export interface WatchRow {
  id: Generated<number>;
  connection: string;
  start: string;
  unless: string;
  /** The person's key. */
  person: string;
  deal_id: number;
  started_at: Millis;
  fires_at: Millis;
  state: Generated<'running' | 'stopped' | 'fired'>;
  /** The event that stopped it. */
  stopped_by: number | null;
  ended_at: Millis | null;
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

export interface ConnectionRow {
  connection: string;
  catalog: Catalog | null;
  catalog_at: Millis | null;
  /** The configuration whose names were last found in the catalog. */
  catalog_for: string | null;
  owner: string | null;
  owner_until: Millis;
  /** When Stagepost first ran the connection; null before. */
  reconciled_from: UnixSeconds | null;
  /** How far the events log was read. */
  reconciled_to: UnixSeconds | null;
  /** The part of the events log that was too old to be read, and when that was noticed; null where there is none. */
  log_unread_from: UnixSeconds | null;
  log_unread_to: UnixSeconds | null;
  log_unread_at: Millis | null;
  /** After an unclean end of the process: the only event that is being planned, or was planned last. */
  planning_event: number | null;
  /** How many runs in a row ended while a single event was planned. */
  planning_crashes: Generated<number>;
  /** The Customer.io workspace that the keys belong to; null before Customer.io has named it. */
  workspace_id: number | null;
}

/** A running or former process on this database. */
export interface InstanceRow {
  instance: string;
  /** Instances of one fleet have the same connections, and share them. */
  fleet: string;
  alive_until: Millis;
}

/** A person who may sign in to the console. */
export interface UserRow {
  id: Generated<number>;
  name: string;
  /** The name in lower case, since names ignore case. */
  name_key: string;
  role: 'viewer' | 'editor' | 'admin';
  /** Null until the user has set a password through the one-time link. */
  password_hash: string | null;
  created_at: Millis;
  /** The names of the connections that the role is limited to; null: all. */
  connections: string[] | null;
  /** By the name of the connection, where these have different roles; `role` is then the lowest of them. */
  roles: Record<string, 'viewer' | 'editor' | 'admin'> | null;
  last_seen_at: Millis | null;
}

/** A signed-in browser. `hash` is that of the cookie. */
export interface SessionRow {
  hash: string;
  user_id: number;
  created_at: Millis;
  seen_at: Millis;
}

/** A token for scripts. */
export interface TokenRow {
  id: Generated<number>;
  name: string;
  role: UserRow['role'];
  hash: string;
  /** The first characters of the token, to recognise it by. */
  begins: string;
  created_at: Millis;
  created_by: string;
  last_used_at: Millis | null;
  /** The user who made it; null where the commands did, and for tokens from before version 016 of the tables. */
  user_id: number | null;
  /** The names of the connections that it is limited to; null: all. */
  connections: string[] | null;
  /** As `UserRow.roles`. */
  roles: UserRow['roles'];
  /** Null: it never expires. */
  expires_at: Millis | null;
  /** Whether it may add, change and remove users and tokens. */
  manages_people: Generated<boolean>;
}

/** A one-time link. Without a user it creates the first admin. */
export interface SetupLinkRow {
  hash: string;
  user_id: number | null;
  created_at: Millis;
  /** The user's role when it was made; null for the first admin. */
  role: UserRow['role'] | null;
  expires_at: Generated<Millis>;
}

export interface AuditRow {
  id: Generated<number>;
  at: Millis;
  who: string;
  what: string;
  detail: string;
  address: string | null;
  /** `user`, `token`, `folder`, `nobody` or `system`; null in entries of before, which hold a name only. */
  who_kind: string | null;
  /** The id of the user or token. */
  who_id: number | null;
  /** The connection that it is about. */
  connection: string | null;
  /** How often it happened. */
  count: Generated<number>;
}

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

/** How far a table was read for the entries. */
export type EntryCursorRow = CountCursorRow;

/** A call to the process that runs a connection. The row exists for seconds. */
export interface RpcCallRow {
  id: Generated<number>;
  connection: string;
  method: string;
  /** JSON. */
  request: string;
  /** The process that runs the connection has claimed the call. */
  is_claimed: Generated<boolean>;
  /** JSON; null until there is one. */
  response: string | null;
  created_at: Millis;
}

/** Something that was seen of a connection; see `Evidence` in src/store/health/evidence.ts. */
export interface HealthEvidenceRow {
  connection: string;
  name: string;
  fingerprint: string;
  first_at: Millis;
  at: Millis;
  count: number;
  detail: string | null;
}

/** The last judgement of a connection. `judged_at` is by the database's clock. */
export interface HealthJudgementRow {
  connection: string;
  judged_at: Millis;
  judgement: Json;
}

/** How large the database was; see `DiskSample` in src/store/health/disk-samples.ts. */
export interface DiskSampleRow {
  at: Millis;
  database_bytes: number;
  free_bytes: number | null;
}

/** Something that is or was wrong, as the alerts know it. */
export interface AlertConditionRow {
  key: string;
  state: Condition;
}

/** What a receiver of alerts was told of a condition, and what it is to be told. */
export interface AlertNoticeRow {
  receiver: string;
  key: string;
  /** Rises with every change, so that a change during the sending is not lost. */
  version: number;
  state: Notice;
}

export interface AlertReceiverRow {
  receiver: string;
  state: ReceiverState;
}

/** The process that evaluates the alerts, or sends to a receiver. By the database's clock. */
export interface AlertLeaseRow {
  name: string;
  owner: string;
  leased_until: Millis;
}

export interface AlertMessageRow {
  id: string;
  receiver: string;
  at: Millis;
  state: AlertRecord;
}

export interface AlertMuteRow {
  id: Generated<number>;
  receiver: string | null;
  connection: string | null;
  code: string | null;
  ends_at: Millis;
  set_by: string;
  set_at: Millis;
}

/** A connection that is kept in the database; see src/config/stored-connection.ts. */
export interface StoredConnectionRow {
  connection: string;
  /** Its keys in stagepost.yaml without rules and secrets, as JSON. */
  settings: string;
  /** Its secrets by key, as JSON, encrypted. */
  secrets: string;
  /** Grows with every change of any of them. */
  change: Generated<number>;
  created_at: Millis;
  updated_at: Millis;
  /** Null where it is not paused. */
  paused_at: Millis | null;
  /** Set by a resumption until the inactivity timers that ran out during the pause are due again. */
  resumed_at: Millis | null;
}

export interface ConnectionSetupRow {
  /** The name that the connection will have. */
  name: string;
  /** What was answered and found, without secrets, as JSON. */
  answers: string;
  /** The secrets by key, as JSON, encrypted. */
  secrets: string;
  /** The name of the person who has begun it. */
  created_by: string;
  created_at: Millis;
  updated_at: Millis;
}

/** The campaigns of a connection's workspace, as they were last read from the App API. */
export interface CampaignListRow {
  connection: string;
  workspace_id: number | null;
  campaigns: Campaign[];
  is_cut: boolean;
  /** Newsletters, broadcasts and transactional messages, for their names. */
  senders: Sender[];
  /** When the campaigns were last read; null: not yet. */
  read_at: Millis | null;
  /** When the senders were last read. */
  senders_read_at: Millis | null;
  /** Why the last reading has failed; null where it has not. */
  failure: string | null;
  failed_at: Millis | null;
}

/** Access to a Kommo account by OAuth, of a connection or of a setup of the same name. */
export interface KommoGrantRow {
  name: string;
  client_id: string;
  /** The redirect URL that the grant belongs to. */
  redirect_uri: string;
  /** The account's; null before the first grant. */
  origin: string | null;
  account_id: number | null;
  /** The integration's secret and all tokens as JSON, encrypted. */
  secrets: string;
  /** Of the last authorization code that was exchanged. */
  code_hash: string | null;
  granted_at: Millis | null;
  access_ends_at: Millis | null;
  refresh_ends_at: Millis | null;
  /** When the next renewal is due; null where there is nothing to renew. */
  renew_at: Millis | null;
  /** When Kommo refused to renew it; null while it is in force. */
  revoked_at: Millis | null;
  /** Why the last renewal has failed, as a sentence; null where it has not. */
  trouble: string | null;
  /** Renewals that have failed in a row. */
  failures: Generated<number>;
  /** Who granted it and with which rights, as JSON; null where that was not read yet. */
  grantee: string | null;
  /** Grows with each change of the tokens. */
  version: Generated<number>;
  /** Who is renewing it, and until when nobody else may, by the database's clock. */
  claimed_by: string | null;
  claimed_until: Millis | null;
}

/** An authorization that somebody has started in the console. */
export interface KommoAuthorizationRow {
  state_hash: string;
  name: string;
  way: 'button' | 'integration';
  /** Of the cookie of the browser that has started it; null where no browser has. */
  browser_hash: string | null;
  redirect_uri: string;
  /** ID and secret of the integration that Kommo has made for it, as JSON, encrypted. */
  integration: string | null;
  started_at: Millis;
  ends_at: Millis;
  /** When Kommo came back with it. */
  redeemed_at: Millis | null;
  /** `done`, or the code of what went wrong; null while it is open. */
  outcome: string | null;
}

/** The identity of this database. There is one row. */
export interface InstallationRow {
  only_row: Generated<true>;
  id: string;
  created_at: Millis;
  /** The time of the state that was restored, and of the restore; null without one, and after the first start. */
  restored_from: Millis | null;
  restored_at: Millis | null;
  /** What happened before, and is planned now, may have been sent by a database that was lost. */
  doubtful_until: UnixSeconds | null;
  /** Where the data was moved to; null where it was not. */
  moved_to: string | null;
  moved_at: Millis | null;
}

/** A job that brings the deals which are in Kommo already to Customer.io. */
export interface BackfillRow {
  id: Generated<number>;
  connection: string;
  state: BackfillState;
  filter: BackfillFilter;
  /** The stages for whose deals events are prepared, which then wait in a hold. */
  event_stages: EventStage[];
  /** Null until it was made. */
  plan: BackfillPlan | null;
  counts: BackfillCounts;
  /** Null until the first deals are stored. */
  list_cursor: Json | null;
  /** Why it cannot go on, for people. */
  problem: string | null;
  created_by: string;
  created_at: Millis;
  started_at: Millis | null;
  /** How long it has worked, without pauses and stops. */
  worked_ms: Millis;
  ended_at: Millis | null;
}

export interface EventStage extends StageRef {
  /** Null until its first deal. */
  holdId: number | null;
}

export interface BackfillLeftOutRow extends Pick<LeftOutDeal, 'outcome' | 'detail'> {
  backfill_id: number;
  deal_id: number;
}

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
  entry_cursors: EntryCursorRow;
  rule_versions: RuleVersionRow;
  rule_cases: RuleCaseRow;
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
