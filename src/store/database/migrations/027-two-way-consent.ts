import { type Kysely, sql } from 'kysely';

/**
 * What tells an edit in Kommo from Stagepost's own writes: what a field showed before, and when an edit was undone; and whether
 * the checkbox for clients who want no email was ticked on a contact.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deal_shows add column earlier jsonb, add column undone_at jsonb`.execute(db);
  await sql`
    create table contact_marks (
      connection text not null,
      contact_id bigint not null,
      is_marked boolean not null,
      updated_at bigint not null,
      primary key (connection, contact_id)
    )
  `.execute(db);
}
