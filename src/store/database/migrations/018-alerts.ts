import { type Kysely, sql } from 'kysely';

/**
 * What is wrong, what each receiver was told of it, and the messages that were sent. There is one row for each thing that is
 * wrong, and one more for each receiver, so a receiver that is away for days costs no more than one that is not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table alert_conditions (key text primary key, state jsonb not null)`.execute(db);
  await sql`
    create table alert_notices (
      receiver text not null,
      key text not null,
      version int not null default 1,
      state jsonb not null,
      primary key (receiver, key)
    )
  `.execute(db);
  await sql`create table alert_receivers (receiver text primary key, state jsonb not null)`.execute(db);
  // Which process does a piece of work, so that only one in a fleet does it.
  await sql`
    create table alert_leases (name text primary key, owner text not null, leased_until bigint not null)
  `.execute(db);
  await sql`
    create table alert_messages (
      id text primary key,
      receiver text not null,
      at bigint not null,
      state jsonb not null
    )
  `.execute(db);
  await sql`create index alert_messages_by_time on alert_messages (at)`.execute(db);
  await sql`
    create table alert_mutes (
      id bigint generated always as identity primary key,
      receiver text,
      connection text,
      code text,
      ends_at bigint not null,
      set_by text not null,
      set_at bigint not null
    )
  `.execute(db);
}
