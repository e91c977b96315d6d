import { type Kysely, sql } from 'kysely';

/** Addresses to which editors have sent tests of rules: reports about them are about no client. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table test_people (
      connection text not null,
      address text not null,
      sent_at bigint not null,
      primary key (connection, address)
    )
  `.execute(db);
}
