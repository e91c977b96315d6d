import { type Kysely, sql } from 'kysely';

/** The latest tasks and clicks, for the list of clients to call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index actions_task on actions (connection, done_at) where kind = 'task' and state = 'done'`.execute(
    db,
  );
  await sql`
    create index stage_entries_clicked on stage_entries (connection, clicked_at)
    where clicked_at is not null and next_stage_id is null
  `.execute(db);
}
