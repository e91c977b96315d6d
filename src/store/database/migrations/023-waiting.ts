import { type Kysely, sql } from 'kysely';

/**
 * Moves that wait for a contact with an email, and moves of a burst that are held until somebody decides. The indexes hold
 * such moves only: they find those that are due by the clock, those of a deal that changed, and those of a hold.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table events add column waiting_since bigint`,
  `create index events_waiting on events (connection, next_attempt_at) where state = 'waiting'`,
  `create index events_waiting_deal on events (connection, deal_id, id) where state = 'waiting'`,
  `create table waiting_contacts (
    connection text not null,
    contact_id bigint not null,
    event_id bigint not null,
    primary key (connection, contact_id, event_id)
  )`,
  `create index waiting_contacts_event on waiting_contacts (event_id)`,

  `create table holds (
    id bigint generated always as identity primary key,
    connection text not null,
    pipeline_id bigint not null,
    stage_id bigint not null,
    event text not null,
    first_at bigint not null,
    last_at bigint not null,
    opened_at bigint not null,
    changed_at bigint not null
  )`,
  `create index holds_connection on holds (connection, id)`,
  `alter table events add column hold_id bigint, add column released_at bigint, add column released_with text`,
  `create index events_held on events (connection, hold_id, id) where state = 'held'`,
  `create index events_hold on events (hold_id, id) where hold_id is not null`,
];
