import { type Kysely, sql } from 'kysely';

/** The size of the database and the free space of its disk, every hour: what a forecast of the disk is made from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table disk_samples (
      at bigint primary key,
      database_bytes bigint not null,
      free_bytes bigint
    )
  `.execute(db);
}
