import { type Kysely, sql } from 'kysely';

/** The campaigns of each connection's workspace, with which the console compares the events of the rules. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`create table campaign_lists (
      connection text primary key,
      workspace_id bigint,
      campaigns jsonb not null default '[]',
      is_cut boolean not null default false,
      senders jsonb not null default '[]',
      read_at bigint,
      senders_read_at bigint,
      failure text,
      failed_at bigint
    )`)
    .execute(db);
}
