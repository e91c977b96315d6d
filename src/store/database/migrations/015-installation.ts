import { type Kysely, sql } from 'kysely';

/**
 * The identity of a database, by which a start notices that it is not the one that was used last. The only row is added by
 * the first server, and not here: new embedded databases are copies of one prepared folder.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table installation (
      only_row boolean primary key default true check (only_row),
      id text not null,
      created_at bigint not null
    )
  `.execute(db);
}
