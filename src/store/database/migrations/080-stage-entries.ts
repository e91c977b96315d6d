import { type Kysely, sql } from 'kysely';

/**
 * What the overview counts: each entry of a deal into a stage with what came of it, and how far events and actions were read for
 * it. The rows are written by the roll-up, from the beginning of what is stored, so that an upgrade shows the past as well.
 * `entered_at` and the times of reports are unix seconds, `accepted_at` and `check_at` milliseconds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table stage_entries (
    event_id bigint primary key,
    connection text not null,
    deal_id bigint not null,
    pipeline_id bigint not null,
    stage_id bigint not null,
    entered_at bigint not null,
    next_pipeline_id bigint,
    next_stage_id bigint,
    accepted_at bigint,
    reason text not null,
    failure text,
    sent_at bigint,
    arrived_at bigint,
    opened_at bigint,
    clicked_at bigint,
    missed text,
    check_at bigint
  )`,
  `create index stage_entries_entered on stage_entries (connection, entered_at, event_id)`,
  `create index stage_entries_missed on stage_entries (connection, missed, entered_at, event_id) where missed is not null`,
  `create index stage_entries_deal on stage_entries (connection, deal_id)`,
  `create index stage_entries_check on stage_entries (check_at) where check_at is not null`,
  `create table entry_cursors (
    source text primary key,
    at bigint not null default 0,
    id bigint not null default 0
  )`,
  `insert into entry_cursors (source) values ('events'), ('actions')`,
  `create index consent_ledger_at on consent_ledger (connection, kind, at)`,
];
