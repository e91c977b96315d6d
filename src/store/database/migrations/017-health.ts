import { type Kysely, sql } from 'kysely';

/**
 * What was seen of each connection (a call that was accepted, a report that verified or was refused), with a fingerprint
 * of the credential that it was seen with, and the last judgement of the process that runs the connection.
 *
 * In a rolling upgrade the processes of the version before write neither. Until they are replaced, the new ones say of
 * the connections that those run that nobody judges them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table health_evidence (
      connection text not null,
      name text not null,
      fingerprint text not null,
      first_at bigint not null,
      at bigint not null,
      count bigint not null,
      detail text,
      primary key (connection, name)
    )
  `.execute(db);
  await sql`
    create table health_judgements (
      connection text primary key,
      judged_at bigint not null,
      judgement jsonb not null
    )
  `.execute(db);
}
