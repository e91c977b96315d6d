import type { Generated } from 'kysely';
import type { ActionKind, Destination } from '../../domain/actions.ts';
import type { AlertRecord, Condition, Notice, ReceiverState } from '../../domain/alerts.ts';
import type { Catalog, Json, UnixSeconds } from '../../domain/entities.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import type { FieldState } from '../../domain/opt-out.ts';
import type { SetAside } from '../../domain/plan/plan-types.ts';

/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number;

export type Source = 'kommo' | 'customerio';

export interface InboxRow {
  id: Generated<number>;
  connection: string;
  source: Source;
  received_at: Millis;
  headers: Record<string, string>;
  /** Null after the retention time. */
  body: Uint8Array | null;
  state: 'new' | 'done';
  /** A sentence for people: what was understood, or why the request was ignored. */
  outcome: string | null;
  understood_at: Millis | null;
}

/**
 * - `new`: to be planned
 * - `planned`: its actions are in the outbox
 * - `ignored`: nothing to do; `reason` says why
 * - `parked`: its person was not found; planned again when a stage sends the person to Customer.io
 */
export type EventState = 'new' | 'planned' | 'ignored' | 'parked';

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
  hook_at: UnixSeconds | null;
  kommo_event_id: string | null;
  kommo_event_at: UnixSeconds | null;
  event_id: number;
  event_key: string;
}

export interface MoveWithoutTimeRow {
  id: Generated<number>;
  connection: string;
  inbox_id: number;
  report: Json;
  attempts: number;
  next_attempt_at: Millis;
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
  person: string;
  email: string | null;
  contact_id: number | null;
  /** The deal that supplies the person's attributes: the one that moved last. */
  deal_id: number | null;
  /** As last sent to Customer.io; null for a person that was only found, never identified. */
  attributes: Record<string, Json> | null;
  /** The state of each deal field that reactions have set. */
  fields: Record<string, FieldState>;
  updated_at: Millis;
}

export interface PersonDealRow {
  connection: string;
  person: string;
  deal_id: number;
  linked_at: Millis;
}

export interface FirstReportRow {
  connection: string;
  name: string;
  delivery_id: string;
  event_id: number;
}

export interface WatchRow {
  id: Generated<number>;
  connection: string;
  start: string;
  unless: string;
  person: string;
  deal_id: number;
  started_at: Millis;
  fires_at: Millis;
  state: Generated<'running' | 'stopped' | 'fired'>;
  /** The event that stopped it. */
  stopped_by: number | null;
  ended_at: Millis | null;
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
  /** After an unclean end of the process: the only event that is being planned, or was planned last. */
  planning_event: number | null;
  /** How many runs in a row ended while a single event was planned. */
  planning_crashes: Generated<number>;
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

/** The identity of this database. There is one row. */
export interface InstallationRow {
  only_row: Generated<true>;
  id: string;
  created_at: Millis;
}

export interface Schema {
  installation: InstallationRow;
  inbox: InboxRow;
  events: EventRow;
  event_reports: EventReportRow;
  moves: MoveRow;
  untimed_moves: MoveWithoutTimeRow;
  actions: ActionRow;
  attempts: AttemptRow;
  persons: PersonRow;
  person_deals: PersonDealRow;
  first_reports: FirstReportRow;
  watches: WatchRow;
  connections: ConnectionRow;
  instances: InstanceRow;
  users: UserRow;
  sessions: SessionRow;
  tokens: TokenRow;
  setup_links: SetupLinkRow;
  audit: AuditRow;
  counts: CountRow;
  count_cursors: CountCursorRow;
  rule_versions: RuleVersionRow;
  rpc_calls: RpcCallRow;
  health_evidence: HealthEvidenceRow;
  health_judgements: HealthJudgementRow;
  alert_conditions: AlertConditionRow;
  alert_notices: AlertNoticeRow;
  alert_receivers: AlertReceiverRow;
  alert_leases: AlertLeaseRow;
  alert_messages: AlertMessageRow;
  alert_mutes: AlertMuteRow;
}
