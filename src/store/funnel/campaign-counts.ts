import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import { anyOf, type Db } from '../database/database.ts';
import { daysOf, type EntryPeriod } from './entry-counts.ts';

/** What became of a campaign's emails, by the stage whose entry has started it. Each number counts entries. */
export interface CampaignCount {
  connection: string;
  campaign: string;
  pipelineId: number;
  stageId: number;
  emailed: number;
  opened: number;
  clicked: number;
}

/** The entries of a period that have started a campaign, by the campaign and the stage. */
export async function countCampaigns(
  db: Db,
  { connections, since, until }: EntryPeriod,
): Promise<CampaignCount[]> {
  const sums = new Map<string, CampaignCount>();
  for (const slice of daysOf({ since, until })) {
    const { rows } = await sql<CampaignCount>`
      select connection, campaign, pipeline_id as "pipelineId", stage_id as "stageId",
        count(*) filter (where ${IS_EMAILED})::int as emailed, count(opened_at)::int as opened, count(clicked_at)::int as clicked
      from entry_campaigns where connection = ${anyOf(connections, 'text')}
        and entered_at >= ${slice.since}::bigint and entered_at < ${slice.until}::bigint
      group by 1, 2, 3, 4
    `.execute(db);
    for (const { emailed, opened, clicked, ...row } of rows) {
      const key = JSON.stringify(row);
      const sum = sums.get(key) ?? { ...row, emailed: 0, opened: 0, clicked: 0 };
      sums.set(key, {
        ...row,
        emailed: sum.emailed + emailed,
        opened: sum.opened + opened,
        clicked: sum.clicked + clicked,
      });
    }
    await yieldToEventLoop();
  }
  return [...sums.values()];
}

/** As for an entry: an email arrived, or it was sent and did not come back. */
export const IS_EMAILED = sql`(arrived_at is not null or (sent_at is not null and failure is null))`;
