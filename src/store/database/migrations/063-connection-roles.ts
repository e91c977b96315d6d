import { type Kysely, sql } from 'kysely';

/** Roles by the name of the connection, for users and tokens that have different ones; null: `role` for all of `connections`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['users', 'tokens'])
    await sql`alter table ${sql.table(table)} add column roles jsonb`.execute(db);
}
