import { type Kysely, sql } from 'kysely';

/**
 * The directory: which contacts of the Kommo account have an email address, and which deals these contacts have. A contact
 * without an address has no row.
 *
 * `directory_stale` lists contacts to be read again by their ids. `directories` says how far each connection's directory has
 * been read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table directory (
      connection text not null,
      address text not null,
      contact_id bigint not null,
      deal_ids jsonb not null,
      read_at bigint not null,
      primary key (connection, address, contact_id)
    )
  `.execute(db);
  await sql`create index directory_contact on directory (connection, contact_id)`.execute(db);
  await sql`
    create table directory_stale (
      connection text not null,
      contact_id bigint not null,
      primary key (connection, contact_id)
    )
  `.execute(db);
  await sql`
    create table directories (
      connection text primary key,
      next_page int,
      read_began_at bigint,
      newest_seen bigint,
      read_through_at bigint,
      changed_until bigint,
      complete_at bigint,
      search_failed_at bigint
    )
  `.execute(db);
}
