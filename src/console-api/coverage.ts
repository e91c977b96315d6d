import type { Clients } from '../clients/clients.ts';
import { RpcError } from '../cluster/instance-rpc.ts';
import type { ConnectionConfig } from '../config/index.ts';
import { campaignPage, campaignsPage } from '../customerio/index.ts';
import { coverageOf, type SendingRules, type SentEvent, sentEvents } from '../domain/campaigns/coverage.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { ConnectionCoverage } from '../http/api/coverage/service.ts';
import { HttpError } from '../http/http-error.ts';
import { readCampaigns } from '../pipeline/campaigns/read-campaigns.ts';
import {
  isCampaignRunning,
  type StoredCampaigns,
  saveCampaignFailure,
  storedCampaigns,
} from '../store/campaigns/campaign-lists.ts';
import { seenCampaigns } from '../store/campaigns/seen-campaigns.ts';
import type { Db } from '../store/database/database.ts';

export interface CoverageOptions {
  connection: Pick<ConnectionConfig, 'name' | 'customerio'>;
  db(): Promise<Db>;
  /** The connection's active rules. */
  rules(): Promise<SendingRules>;
  /** The clients while this process runs the connection; null while another one does. */
  clients(): Pick<Clients, 'app' | 'track'> | null;
  /** Makes the process that runs the connection read the campaigns. */
  refreshRemote(): Promise<void>;
  now(): number;
}

/** A list that was last read before so long, ms, says nothing of a single email: a campaign may have been started since. */
const VALID_MS = 30 * 60_000;
/** A list is not read again within this time, ms, however often it is asked for. */
const MIN_AGE_MS = 3_000;

/** Creates what the API says about campaigns: from the stored list, the same in every process. */
export function createCoverage(options: CoverageOptions): ConnectionCoverage {
  const { connection, db, rules, clients, now } = options;
  const { name, customerio } = connection;
  const hasAppKey = customerio.appKey !== null;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const running = clients();
    if (!running) return refreshRemote(options);
    const { app, track } = running;
    if (!app) return;
    const stored = await storedCampaigns(await db(), name);
    const lastAt = Math.max(stored?.readAt ?? 0, stored?.failure?.at ?? 0);
    if (now() - lastAt < MIN_AGE_MS) return;
    try {
      const events = sentEvents(await rules()).map(({ event }) => event);
      await readCampaigns({ db: await db(), connection: name, app, track, events, now });
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      await saveCampaignFailure(await db(), name, error.message, now());
    }
  }

  return {
    async current(events) {
      const sent = events ?? sentEvents(await rules());
      if (!hasAppKey) return withoutAppKey(sent, await seenCampaigns(await db(), name));
      const stored = await storedCampaigns(await db(), name);
      return fromList(sent, stored, linksOf(customerio, stored));
    },
    refresh() {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
    hasCampaign: async (event) =>
      hasAppKey ? isCampaignRunning(await db(), name, event, now() - VALID_MS) : null,
  };
}

/** @throws HttpError 503 where no process runs the connection: it is paused, or just starting. */
async function refreshRemote({ refreshRemote }: CoverageOptions): Promise<void> {
  try {
    await refreshRemote();
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new HttpError(
      503,
      `The campaigns cannot be read now, because the connection does not run. ${error.message}`,
    );
  }
}

type Current = Awaited<ReturnType<ConnectionCoverage['current']>>;

function fromList(sent: SentEvent[], stored: StoredCampaigns | null, links: Links): Current {
  const list = stored?.readAt ? stored : null;
  return {
    source: 'app_api',
    readAt: list?.readAt ?? null,
    failure: stored?.failure ?? null,
    coverage: list && coverageOf(sent, list),
    sent,
    seen: [],
    links,
  };
}

function withoutAppKey(sent: SentEvent[], seen: Current['seen']): Current {
  const links: Links = { campaigns: null, campaign: () => null };
  return { source: 'reports', readAt: null, failure: null, coverage: null, sent, seen, links };
}

type Links = Current['links'];

/** None with a simulator, and before the workspace's id is known. */
function linksOf(
  { region, appUrl, trackUrl }: ConnectionConfig['customerio'],
  stored: StoredCampaigns | null,
): Links {
  const workspace = stored?.workspaceId ?? null;
  if (workspace === null || appUrl || trackUrl) return { campaigns: null, campaign: () => null };
  return {
    campaigns: campaignsPage(region, workspace),
    campaign: (id) => campaignPage(region, workspace, id),
  };
}
