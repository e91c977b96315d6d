import { type Kysely, sql } from 'kysely';

/**
 * What the activity is filtered by. Why an event leads to no email, and the deal's responsible user, are stored with events from
 * here on; stages, campaigns and messages are found in the contents of earlier events, too, through indexes of expressions.
 * Texts of reports are cut, because an index refuses rows that are too long.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table events add column no_email text, add column owner_id bigint`.execute(db);
  await sql`
    create index events_no_email on events (connection, no_email, created_at, id) where no_email is not null
  `.execute(db);
  await sql`
    create index events_owner on events (connection, owner_id, created_at, id) where owner_id is not null
  `.execute(db);
  await sql`
    create index events_stage on events
      (connection, (payload->'to'->>'pipelineId'), (payload->'to'->>'stageId'), created_at, id)
    where kind = 'deal_moved'
  `.execute(db);
  await sql`
    create index events_campaign on events (connection, (left(payload->'values'->>'campaign_id', 20)), created_at, id)
    where kind = 'mail_report' and payload->'values'->>'campaign_id' is not null
  `.execute(db);
  await sql`
    create index events_message on events (connection, (left(payload->>'deliveryId', 200)), id)
    where kind = 'mail_report' and payload->>'deliveryId' is not null
  `.execute(db);
}
