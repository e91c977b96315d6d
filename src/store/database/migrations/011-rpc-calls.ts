import { type Kysely, sql } from 'kysely';

/**
 * Remote calls get a table with the names of the field in the place of `questions`, and each names its method.
 *
 * In a rolling upgrade the processes of the version before go on without `questions`: receiving, planning and delivering
 * do not need it. Until they are replaced, they answer an error to a preview or a comparison of rules for a connection
 * that another process runs, and their hourly clean-up fails after it has removed personal data. A call of the new
 * version to a connection that one of them runs ends after 3 s with the request to try again. A call that is under way
 * during this migration ends with an error; nothing else is lost, since rows are here for seconds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table questions`.execute(db);
  // Request and response are JSON texts: a draft may hold what jsonb does not take, such as NUL.
  await sql`
    create table rpc_calls (
      id bigint generated always as identity primary key,
      connection text not null,
      method text not null,
      request text not null,
      is_claimed boolean not null default false,
      response text,
      created_at bigint not null
    )
  `.execute(db);
}
