import { type Kysely, sql } from 'kysely';

/**
 * Rules that the console keeps: every version as it was published, and by which one an event was planned. Questions that
 * only the process that runs a connection can answer.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // As bytes: of a text the embedded database would take a byte order mark away.
  await sql`
    create table rule_versions (
      connection text not null,
      version int not null,
      text bytea not null,
      at bigint not null,
      published_by text not null,
      note text,
      restored int,
      primary key (connection, version)
    )
  `.execute(db);
  await sql`
    create table questions (
      id bigint generated always as identity primary key,
      connection text not null,
      question text not null,
      is_taken boolean not null default false,
      answer text,
      at bigint not null
    )
  `.execute(db);
  await sql`alter table events add column rules_version int`.execute(db);
}
