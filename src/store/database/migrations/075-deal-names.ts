import { type Kysely, sql } from 'kysely';

/**
 * Deals with their names, and the terms by which they are searched; people are searched by the beginning of their address. Terms
 * are compared by their bytes, since the order of a language would keep an index from serving the beginnings of words.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table deals (
      connection text not null,
      deal_id bigint not null,
      name text not null,
      pipeline_id bigint not null,
      stage_id bigint not null,
      company_id bigint,
      company text,
      contacts jsonb not null,
      read_at bigint not null,
      primary key (connection, deal_id)
    )
  `.execute(db);
  await sql`
    create table deal_terms (
      connection text not null,
      term text collate "C" not null,
      deal_id bigint not null,
      primary key (connection, term, deal_id)
    )
  `.execute(db);
  await sql`
    create index person_names_address on person_names (connection, value collate "C") where kind = 'address'
  `.execute(db);
}
