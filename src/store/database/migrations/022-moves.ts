import { type Kysely, sql } from 'kysely';

/**
 * When the first webhook about a move arrived, which bounds when the move happened, and the times in all its webhooks where
 * they differ from `hook_at`. Both are null for moves of earlier versions.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table moves add column arrived_at bigint, add column hook_times jsonb`.execute(db);
}
