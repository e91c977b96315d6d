import { type Kysely, sql } from 'kysely';

/** The email that Customer.io has refused for a person, because another profile has it: no text may claim it was taken. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table persons add column refused_email text`.execute(db);
}
