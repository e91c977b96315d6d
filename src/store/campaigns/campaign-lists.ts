import { sql } from 'kysely';
import type { CampaignList, Sender } from '../../domain/campaigns/campaign.ts';
import { type Db, json } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** The campaigns of a connection's workspace, as they are stored. */
export interface StoredCampaigns extends CampaignList {
  /** When they were last read, ms; null: not yet. */
  readAt: Millis | null;
  /** Why the last reading has failed; null where it has not. */
  failure: { message: string; at: Millis } | null;
}

/** When each list was last read, ms; null: not yet. */
export interface CampaignTimes {
  workspaceId: number | null;
  readAt: Millis | null;
  sendersReadAt: Millis | null;
}

/** Null before the first attempt to read them. */
export async function storedCampaigns(db: Db, connection: string): Promise<StoredCampaigns | null> {
  const row = await db
    .selectFrom('campaign_lists')
    .select(['workspace_id', 'campaigns', 'is_cut', 'read_at', 'failure', 'failed_at'])
    .where('connection', '=', connection)
    .executeTakeFirst();
  if (!row) return null;
  const { failure, failed_at: failedAt } = row;
  return {
    workspaceId: row.workspace_id,
    campaigns: row.campaigns,
    isCut: row.is_cut,
    readAt: row.read_at,
    failure: failure === null || failedAt === null ? null : { message: failure, at: failedAt },
  };
}

export async function campaignTimes(db: Db, connection: string): Promise<CampaignTimes> {
  const row = await db
    .selectFrom('campaign_lists')
    .select(['workspace_id as workspaceId', 'read_at as readAt', 'senders_read_at as sendersReadAt'])
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row ?? { workspaceId: null, readAt: null, sendersReadAt: null };
}

/** A list that has not changed keeps its stored value, so that the row of a workspace with thousands of campaigns is not written again. */
export async function saveCampaigns(
  db: Db,
  connection: string,
  { workspaceId, campaigns, isCut }: CampaignList,
  now: Millis,
): Promise<void> {
  await sql`
    insert into campaign_lists (connection, workspace_id, campaigns, is_cut, read_at)
    values (${connection}, ${workspaceId}::bigint, ${json(campaigns)}, ${isCut}, ${now}::bigint)
    on conflict (connection) do update set
      campaigns = case when campaign_lists.campaigns = excluded.campaigns
        then campaign_lists.campaigns else excluded.campaigns end,
      workspace_id = excluded.workspace_id, is_cut = excluded.is_cut, read_at = excluded.read_at,
      failure = null, failed_at = null
  `.execute(db);
}

/** The names of what sends messages besides campaigns. */
export async function saveSenders(db: Db, connection: string, senders: Sender[], now: Millis): Promise<void> {
  await sql`
    insert into campaign_lists (connection, senders, senders_read_at)
    values (${connection}, ${json(senders)}, ${now}::bigint)
    on conflict (connection) do update set
      senders = case when campaign_lists.senders = excluded.senders
        then campaign_lists.senders else excluded.senders end,
      senders_read_at = excluded.senders_read_at
  `.execute(db);
}

/** To be called when the connection has other keys, or is removed: its campaigns may be those of another workspace. */
export async function forgetCampaigns(db: Db, connection: string): Promise<void> {
  await db.deleteFrom('campaign_lists').where('connection', '=', connection).execute();
}

/** The list stays as it was last read. @param message without secrets */
export async function saveCampaignFailure(
  db: Db,
  connection: string,
  message: string,
  now: Millis,
): Promise<void> {
  await db
    .insertInto('campaign_lists')
    .values({
      connection,
      failure: message,
      failed_at: now,
      campaigns: json([]),
      senders: json([]),
      is_cut: false,
    })
    .onConflict((conflict) => conflict.column('connection').doUpdateSet({ failure: message, failed_at: now }))
    .execute();
}

/**
 * Whether a running campaign starts with the event; null where the list is missing or was last read before `since`, and where
 * the names differ only in capitals or in spaces around them: Customer.io does not document how it compares those.
 */
export async function isCampaignRunning(
  db: Db,
  connection: string,
  event: string,
  since: Millis,
): Promise<boolean | null> {
  const { rows } = await sql<{ isRunning: boolean | null }>`
    select (
      select case when bool_or(campaign->>'event' = ${event}) then true when count(*) > 0 then null else false end
      from jsonb_array_elements(campaigns) as c(campaign)
      where campaign->>'state' = 'running' and lower(trim(campaign->>'event')) = lower(trim(${event}))
    ) as "isRunning"
    from campaign_lists where connection = ${connection} and read_at >= ${since}::bigint
  `.execute(db);
  return rows[0]?.isRunning ?? null;
}
