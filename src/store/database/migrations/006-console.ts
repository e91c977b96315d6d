import { type Kysely, sql } from 'kysely';

/**
 * What the console needs: who may sign in and what they did, counts over time, and the indexes that keep each of its
 * questions short however long the history is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Who may sign in. `name_key` is the name in small letters: Ann and ann are one. Without a password until the
  // one-time link was used.
  `create table users (
    id bigint generated always as identity primary key,
    name text not null,
    name_key text not null unique,
    role text not null,
    password_hash text,
    created_at bigint not null,
    last_seen_at bigint
  )`,

  // Of cookies, tokens and links only a hash is stored: who reads the database cannot sign in with it.
  `create table sessions (
    hash text primary key,
    user_id bigint not null references users (id) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null
  )`,
  `create index sessions_user on sessions (user_id)`,
  `create index sessions_seen on sessions (seen_at)`,
  `create table tokens (
    id bigint generated always as identity primary key,
    name text not null,
    role text not null,
    hash text not null unique,
    begins text not null,
    created_at bigint not null,
    created_by text not null,
    last_used_at bigint
  )`,
  // One-time links: for the first admin (without a user), or for a user to set a password.
  `create table setup_links (
    hash text primary key,
    user_id bigint references users (id) on delete cascade,
    created_at bigint not null
  )`,
  `create index setup_links_user on setup_links (user_id)`,

  `create table audit (
    id bigint generated always as identity primary key,
    at bigint not null,
    who text not null,
    what text not null,
    detail text not null,
    address text
  )`,

  // Rolled-up counts. `size` is the bucket's length in ms: a minute, an hour or a day.
  `create table counts (
    connection text not null,
    size int not null,
    metric text not null,
    bucket bigint not null,
    count bigint not null,
    last_at bigint not null,
    primary key (connection, size, metric, bucket)
  )`,
  // How far each table was counted: by id, and for actions by (done_at, id).
  `create table count_cursors (
    source text primary key,
    at bigint not null default 0,
    id bigint not null default 0
  )`,
  `insert into count_cursors (source) values ('inbox'), ('events'), ('actions'), ('attempts')`,

  // The list of events by kind and outcome, newest first. By the time and not by the id alone: an order that the
  // primary key has too would be read from there, through the whole table where a kind is rare.
  `create index events_list on events (connection, kind, state, created_at, id)`,
  `create index actions_open on actions (connection, event_id) where state in ('waiting', 'ready', 'sending')`,
  `create index actions_dead_event on actions (connection, event_id) where state = 'dead'`,
  `create index actions_done on actions (done_at, id) where done_at is not null`,

  // What is added to a GIN index waits in a list, which every search reads and one unlucky insert puts away: with the
  // usual 4 MB a trace took 45 ms, and an insert stood for over a second (measured on the embedded database).
  `alter index attempts_actions set (gin_pending_list_limit = 64)`,
  `select gin_clean_pending_list('attempts_actions')`,
];
