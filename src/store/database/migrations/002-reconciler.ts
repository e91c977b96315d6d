import { type Kysely, sql } from 'kysely';

/** From when on and how far Kommo's events log has been compared with what the webhooks told, in unix seconds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table connections add column reconciled_from bigint, add column reconciled_to bigint
  `.execute(db);
}
