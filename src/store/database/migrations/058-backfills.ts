import { type Kysely, sql } from 'kysely';

/**
 * Backfills: jobs that bring the deals which are in Kommo already to Customer.io. A connection has at most one that is under
 * way. `list_cursor` says up to which deal Kommo's list was read; it commits with the events of those deals.
 *
 * `backfill_left_out` has the deals of which nobody was sent, with the reason.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table backfills (
    id bigint generated always as identity primary key,
    connection text not null,
    state text not null,
    filter jsonb not null,
    event_stages jsonb not null default '[]',
    plan jsonb,
    counts jsonb not null,
    list_cursor jsonb,
    problem text,
    created_by text not null,
    created_at bigint not null,
    started_at bigint,
    worked_ms bigint not null default 0,
    ended_at bigint
  )`,
  `create unique index backfills_under_way on backfills (connection) where state in ('planning', 'running', 'paused')`,
  `create index backfills_connection on backfills (connection, id)`,
  `create table backfill_left_out (
    backfill_id bigint not null,
    deal_id bigint not null,
    outcome text not null,
    detail text not null,
    primary key (backfill_id, deal_id)
  )`,
];
