import { type Kysely, sql } from 'kysely';

/**
 * What retention needs to find what is over: when a first report came, which timers have ended, and which tasks are about a
 * bounce. The first reports that are stored already count from now on.
 *
 * Rows of these tables are deleted all the time, so that a server vacuums them after a twentieth has changed; with the usual
 * fifth, a table of 45 million events would have 9 million dead rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const CHANGING_TABLES = ['events', 'actions', 'moves', 'event_reports', 'first_reports', 'watches'];

const STATEMENTS = [
  `alter table first_reports add column at bigint not null default (extract(epoch from now()) * 1000)::bigint`,
  `create index first_reports_at on first_reports (at)`,
  `create index watches_ended on watches (ended_at) where ended_at is not null`,
  `create index consent_ledger_failures on consent_ledger (event_id) where kind in ('bounce', 'suppressed')`,
  ...CHANGING_TABLES.map(
    (table) =>
      `alter table ${table} set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`,
  ),
];
