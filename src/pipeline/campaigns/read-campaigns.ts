import type { AppCalls, TrackClient } from '../../customerio/index.ts';
import { type Campaign, MAX_CAMPAIGNS, type Sender } from '../../domain/campaigns/campaign.ts';
import { untilAborted } from '../../lib/until-aborted.ts';
import { campaignTimes, saveCampaigns, saveSenders } from '../../store/campaigns/campaign-lists.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';

/** The calls that a reading makes. */
export type ListCalls = Pick<
  AppCalls,
  'campaigns' | 'newsletters' | 'broadcasts' | 'transactionalMessages' | 'messagesOfCampaign'
>;

export interface ReadCampaignsOptions {
  db: Db;
  connection: string;
  app: ListCalls;
  track: Pick<TrackClient, 'region'>;
  /** The events that the rules send: the messages of their campaigns are read by name. */
  events: readonly string[];
  now(): Millis;
  /** Ends the reading. */
  signal?: AbortSignal;
}

/**
 * How often the workspace's number is read, ms, and the names of newsletters, broadcasts and transactional messages, which
 * only name what reports do not.
 */
const SENDERS_EVERY_MS = 60 * 60_000;

/**
 * Reads the campaigns of the workspace and stores them: one call, and every hour four more for the workspace's number and the
 * names of what else sends messages, and one for the messages of each campaign that the rules start. Those are a convenience, so
 * their failure is none of the reading's.
 * @throws DeliveryError, the database's error, or the signal's reason
 */
export async function readCampaigns(options: ReadCampaignsOptions): Promise<void> {
  const { db, connection, app, now, signal = new AbortController().signal } = options;
  const times = await campaignTimes(db, connection);
  const isHourly = times.sendersReadAt === null || now() - times.sendersReadAt >= SENDERS_EVERY_MS;
  const campaigns = await untilAborted(app.campaigns(), signal);
  const workspace = isHourly ? await workspaceId(options, signal) : null;
  await saveCampaigns(
    db,
    connection,
    {
      workspaceId: workspace ?? times.workspaceId,
      campaigns: campaigns.slice(0, MAX_CAMPAIGNS),
      isCut: campaigns.length > MAX_CAMPAIGNS,
    },
    now(),
  );
  if (!isHourly) return;
  const senders = [
    ...(await readSenders(app, signal)),
    ...(await readMessages(app, startedBy(campaigns, options.events), signal)),
  ];
  await saveSenders(db, connection, senders, now());
}

/** Null where Customer.io does not say it: then the campaigns have no links until the next reading. */
async function workspaceId({ track }: ReadCampaignsOptions, signal: AbortSignal): Promise<number | null> {
  const answer = await untilAborted(
    track.region().catch(() => null),
    signal,
  );
  return answer?.environmentId ?? null;
}

async function readSenders(app: ListCalls, signal: AbortSignal): Promise<Sender[]> {
  const senders: Sender[] = [];
  for (const list of [app.newsletters, app.broadcasts, app.transactionalMessages]) {
    senders.push(
      ...(await untilAborted(
        list().catch(() => []),
        signal,
      )),
    );
  }
  return senders;
}

/** The most campaigns whose messages are read by name. */
const MAX_READ_CAMPAIGNS = 20;

/** The running campaigns that the events start. */
function startedBy(campaigns: readonly Campaign[], events: readonly string[]): Campaign[] {
  return campaigns
    .filter(({ state, event }) => state === 'running' && event !== null && events.includes(event))
    .slice(0, MAX_READ_CAMPAIGNS);
}

async function readMessages(app: ListCalls, campaigns: Campaign[], signal: AbortSignal): Promise<Sender[]> {
  const messages: Sender[] = [];
  for (const { id } of campaigns)
    messages.push(
      ...(await untilAborted(
        app.messagesOfCampaign(id).catch(() => []),
        signal,
      )),
    );
  return messages;
}
