import { type Kysely, sql } from 'kysely';

/** Unfinished connections that the wizard or `stagepost init` is making. Nothing runs from them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table connection_setups (
      name text primary key,
      answers text not null,
      secrets text not null,
      created_by text not null,
      created_at bigint not null,
      updated_at bigint not null
    )
  `.execute(db);
}
