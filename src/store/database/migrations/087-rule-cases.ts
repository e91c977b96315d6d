import { type Kysely, sql } from 'kysely';

/**
 * Test cases of rules: what a decision about an event depends on (`facts`, as the planner takes it) and what is to come of it. The deal
 * and the contacts whose data the facts hold are named, so that the case goes when one of them is deleted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_cases (
      id bigint generated always as identity primary key,
      connection text not null,
      name text not null,
      title text not null,
      deal_id bigint,
      contact_ids bigint[] not null,
      facts bytea not null,
      expected bytea not null,
      saved_at bigint not null,
      saved_by text not null
    )
  `.execute(db);
  await sql`create index rule_cases_connection on rule_cases (connection, id)`.execute(db);
}
