import { type Kysely, sql } from 'kysely';

/**
 * The first shape of the database. Times in `_at` columns are milliseconds since 1970, except
 * `occurred_at`, `hook_at` and `kommo_event_at`, which are the APIs' own unix seconds.
 *
 * Every open row (something still to do) is found by a partial index, so the cost of finding
 * work does not grow with the history.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What came in, as it came. The body goes after the retention time; the row stays.
  `create table inbox (
    id bigint generated always as identity primary key,
    connection text not null,
    source text not null,
    received_at bigint not null,
    headers jsonb not null,
    body bytea,
    state text not null default 'new',
    outcome text,
    understood_at bigint
  )`,
  `create index inbox_new on inbox (connection, id) where state = 'new'`,
  `create index inbox_raw on inbox (received_at) where body is not null`,

  // Typed facts, each once per connection by its key.
  `create table events (
    id bigint generated always as identity primary key,
    connection text not null,
    key text not null,
    kind text not null,
    name text,
    deal_id bigint,
    contact_id bigint,
    person text,
    occurred_at bigint not null,
    created_at bigint not null,
    payload jsonb not null,
    state text not null default 'new',
    reason text,
    rule text,
    warnings jsonb not null default '[]',
    attempts int not null default 0,
    next_attempt_at bigint not null default 0,
    planned_at bigint,
    unique (connection, key)
  )`,
  `create index events_new on events (connection, id) where state = 'new'`,
  `create index events_parked on events (connection, person) where state = 'parked'`,
  `create index events_deal on events (connection, deal_id, id) where deal_id is not null`,
  `create index events_person on events (connection, person, id) where person is not null`,
  `create index events_raw on events (created_at) where payload <> '{}'`,

  // Which requests reported an event: one move can arrive through several hooks.
  `create table event_reports (
    event_id bigint not null,
    inbox_id bigint not null,
    primary key (event_id, inbox_id)
  )`,

  // How the hooks' and the events API's reports of one move find each other.
  `create table moves (
    id bigint generated always as identity primary key,
    connection text not null,
    deal_id bigint not null,
    from_stage_id bigint,
    pipeline_id bigint not null,
    stage_id bigint not null,
    hook_at bigint,
    kommo_event_id text,
    kommo_event_at bigint,
    event_id bigint not null,
    event_key text not null
  )`,
  `create index moves_deal on moves (connection, deal_id)`,
  `create unique index moves_kommo_event on moves (connection, kommo_event_id) where kommo_event_id is not null`,

  // Reports without a time of their own (Digital Pipeline), until the events API tells it.
  `create table untimed_moves (
    id bigint generated always as identity primary key,
    connection text not null,
    inbox_id bigint not null,
    report jsonb not null,
    attempts int not null default 0,
    next_attempt_at bigint not null default 0
  )`,
  `create index untimed_moves_due on untimed_moves (connection, next_attempt_at)`,

  // The outbox.
  `create table actions (
    id bigint generated always as identity primary key,
    connection text not null,
    lane text not null,
    event_id bigint not null,
    kind text not null,
    subject text not null,
    deal_id bigint,
    payload jsonb not null,
    ulid text not null,
    state text not null,
    after_id bigint,
    priority smallint not null default 0,
    attempts int not null default 0,
    next_attempt_at bigint not null default 0,
    created_at bigint not null,
    sent_at bigint,
    done_at bigint,
    result text,
    failure text,
    error text,
    warnings jsonb not null default '[]'
  )`,
  `create index actions_ready on actions (connection, lane, priority, id) where state in ('ready', 'sending')`,
  `create index actions_subject on actions (connection, lane, subject, id) where state in ('ready', 'sending')`,
  `create index actions_after on actions (after_id) where state = 'waiting'`,
  `create index actions_dead on actions (connection, id) where state = 'dead'`,
  `create index actions_event on actions (event_id)`,
  `create index actions_deal on actions (connection, deal_id) where deal_id is not null`,
  `create index actions_raw on actions (created_at) where payload <> '{}' and state in ('done', 'dropped', 'dead')`,

  // One API call for one or more actions.
  `create table attempts (
    id bigint generated always as identity primary key,
    connection text not null,
    lane text not null,
    started_at bigint not null,
    duration_ms int not null,
    call text not null,
    status int,
    outcome text not null,
    error text,
    action_ids bigint[] not null
  )`,
  `create index attempts_actions on attempts using gin (action_ids)`,
  `create index attempts_started on attempts (started_at)`,

  // A person as Customer.io knows them: the identifier in the path, and what was last sent.
  `create table persons (
    connection text not null,
    person text not null,
    email text,
    contact_id bigint,
    deal_id bigint,
    attributes jsonb,
    fields jsonb not null default '{}',
    updated_at bigint not null,
    primary key (connection, person)
  )`,
  `create index persons_email on persons (connection, email) where email is not null`,
  `create index persons_contact on persons (connection, contact_id) where contact_id is not null`,
  `create index persons_deal on persons (connection, deal_id) where deal_id is not null`,
  `create table person_deals (
    connection text not null,
    person text not null,
    deal_id bigint not null,
    linked_at bigint not null,
    primary key (connection, person, deal_id)
  )`,
  `create index person_deals_deal on person_deals (connection, deal_id)`,

  // The first report of each message, for \`repeat: first\`.
  `create table first_reports (
    connection text not null,
    name text not null,
    delivery_id text not null,
    event_id bigint not null,
    primary key (connection, name, delivery_id)
  )`,

  // Running inactivity clocks.
  `create table watches (
    id bigint generated always as identity primary key,
    connection text not null,
    start text not null,
    unless text not null,
    person text not null,
    deal_id bigint not null,
    started_at bigint not null,
    fires_at bigint not null,
    state text not null default 'running',
    stopped_by bigint,
    ended_at bigint
  )`,
  `create index watches_running on watches (connection, person) where state = 'running'`,
  `create index watches_deal on watches (connection, deal_id)`,

  // What each connection last told us, and which process runs it.
  `create table connections (
    connection text primary key,
    catalog jsonb,
    catalog_at bigint,
    owner text,
    owner_until bigint not null default 0
  )`,
];
