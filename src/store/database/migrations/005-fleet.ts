import { type Kysely, sql } from 'kysely';

/** Who is alive, so that the instances on one database can share the connections. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table instances (
      instance text primary key,
      fleet text not null,
      alive_until bigint not null
    )
  `.execute(db);
  // How many connections each one runs, without reading the catalogs beside them.
  await sql`create index connections_owner on connections (owner)`.execute(db);
  // The configuration whose names were last found in the stored catalog.
  await sql`alter table connections add column catalog_for text`.execute(db);
}
