import { type Kysely, sql } from 'kysely';

/**
 * Requests that are understood, and calls, are kept in partitions by time, so that retention drops them instead of deleting
 * rows. `inbox` keeps what is still to be understood, and what was understood before this migration: retention removes that.
 *
 * Nothing is copied. The former `attempts` becomes the first partition, which takes one reading of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of INBOX) await sql.raw(statement).execute(db);
  for (const statement of ATTEMPTS) await sql.raw(statement).execute(db);
  const { rows } = await sql`select 1 from attempts_before limit 1`.execute(db);
  for (const statement of rows.length === 0 ? DROP_FORMER : attachFormer(Date.now()))
    await sql.raw(statement).execute(db);
}

const INBOX = [
  `create table inbox_done (
    id bigint not null,
    connection text not null,
    source text not null,
    received_at bigint not null,
    headers jsonb not null,
    body bytea,
    outcome text,
    understood_at bigint
  ) partition by range (received_at)`,
  `create index inbox_done_id on inbox_done (id)`,
  `create table inbox_done_default partition of inbox_done default`,
  // The request of such a move may be in either table.
  `alter table untimed_moves add column received_at bigint`,
  `update untimed_moves set received_at = inbox.received_at from inbox where inbox.id = untimed_moves.inbox_id`,
];

const ATTEMPTS = [
  `alter table attempts rename to attempts_before`,
  `alter index attempts_pkey rename to attempts_before_pkey`,
  `alter index attempts_actions rename to attempts_before_actions`,
  `alter index attempts_started rename to attempts_before_started`,
  `create table attempts (
    id bigint generated always as identity,
    connection text not null,
    lane text not null,
    started_at bigint not null,
    duration_ms int not null,
    call text not null,
    status int,
    outcome text not null,
    error text,
    action_ids bigint[] not null
  ) partition by range (started_at)`,
  `create index attempts_id on attempts (id)`,
  `create index attempts_actions_of on attempts using gin (action_ids) with (gin_pending_list_limit = 64)`,
  `create table attempts_default partition of attempts default`,
];

const DROP_FORMER = [`drop table attempts_before`];

/** The clocks of other processes may be ahead by less than a day. */
const attachFormer = (now: number) => [
  `select setval(pg_get_serial_sequence('attempts', 'id'), (select max(id) from attempts_before))`,
  `alter table attempts_before alter column id drop identity`,
  `alter table attempts attach partition attempts_before for values from (minvalue) to (${(Math.floor(now / 86_400_000) + 2) * 86_400_000})`,
];
