import { type Kysely, sql } from 'kysely';

/**
 * What became of the emails of each campaign, by the entry that has started it; and the index by which deals in a stage are counted.
 * The place and time of the entry are copied, so that a period is read through one index. Events are read again from the beginning,
 * which changes nothing in the entries that are there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table entry_campaigns (
      event_id bigint not null,
      campaign text not null,
      connection text not null,
      pipeline_id bigint not null,
      stage_id bigint not null,
      entered_at bigint not null,
      sent_at bigint,
      arrived_at bigint,
      opened_at bigint,
      clicked_at bigint,
      failure text,
      primary key (event_id, campaign)
    )
  `.execute(db);
  await sql`create index entry_campaigns_entered on entry_campaigns (connection, entered_at)`.execute(db);
  await sql`update entry_cursors set at = 0, id = 0 where source = 'events'`.execute(db);
  await sql`create index deals_stage on deals (connection, stage_id, pipeline_id)`.execute(db);
}
