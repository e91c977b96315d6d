import { type Kysely, sql } from 'kysely';

/** How far Kommo's events log has been compared with what the webhooks told, in unix seconds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table connections add column reconciled_to bigint`.execute(db);
}
