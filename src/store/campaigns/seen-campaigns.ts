import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';

/** A campaign that reports have named as started by an event. */
export interface SeenCampaign {
  /** The event's name at Customer.io. */
  event: string;
  campaignId: string | null;
  /** Null where the reports have only the id. */
  name: string | null;
  /** The newest of these reports. */
  at: UnixSeconds;
}

/** The newest reports that are looked through; they are found by an index. */
const MAX_REPORTS = 500;

/**
 * The campaigns whose emails reports of the last time have tied to an event that was sent, the newest first. Only where
 * Customer.io names the event in its reports.
 */
export async function seenCampaigns(db: Db, connection: string): Promise<SeenCampaign[]> {
  const { rows } = await sql<SeenCampaign>`
    select a.payload->>'name' as event, r.payload->'values'->>'campaign_id' as "campaignId",
      max(r.payload->'values'->>'campaign_name') as name, max(r.occurred_at) as at
    from (values ('planned'), ('ignored')) as s(state) cross join lateral (
      select caused_by, occurred_at, payload from events
      where connection = ${connection} and kind = 'mail_report' and state = s.state
      order by created_at desc, id desc limit ${MAX_REPORTS}
    ) r join actions a on a.event_id = r.caused_by and a.kind = 'track' and a.payload <> '{}'
    group by 1, 2 order by max(r.occurred_at) desc
  `.execute(db);
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
}
