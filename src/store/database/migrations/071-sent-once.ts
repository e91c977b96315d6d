import { type Kysely, sql } from 'kysely';

/**
 * The events that stage rules with `once` have sent, by deal and person, for as long as the deal can enter its stage again: the
 * outbox forgets them after the retention time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sent_once (
      connection text not null,
      event text not null,
      deal_id bigint not null,
      person text not null,
      event_id bigint not null,
      occurred_at bigint not null,
      primary key (connection, deal_id, event, person)
    )
  `.execute(db);
  await sql`create index sent_once_person on sent_once (connection, person)`.execute(db);
}
