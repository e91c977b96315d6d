import { setTimeout as sleep } from 'node:timers/promises';
import type { AppClient } from '../customerio/index.ts';
import { memoizeFor } from '../lib/memoize-for.ts';

/** How long a list of campaigns is reused, ms: somebody who has just started one sees it after this time. */
const CAMPAIGNS_MS = 5 * 60_000;
/** After a failure Customer.io is left alone for this long, ms. */
const PAUSE_MS = 60_000;
/** The page is shown without the campaigns if Customer.io takes longer, ms. */
const WAIT_MS = 1_500;

export interface CampaignCheckOptions {
  /** Null without an App API key, and where another process runs the connection. */
  app(): Pick<AppClient, 'eventCampaigns'> | null;
  now(): number;
}

/**
 * Creates a function that says whether a running campaign starts with an event; null where Customer.io does not say so in
 * time. One call to the App API serves all events for some minutes. Never throws because of Customer.io.
 */
export function createCampaignCheck({ app, now }: CampaignCheckOptions) {
  let pausedUntil = 0;
  const running = memoizeFor(CAMPAIGNS_MS, now, async () => {
    const campaigns = await app()!.eventCampaigns();
    return new Set(campaigns.filter(({ isRunning }) => isRunning).map(({ event }) => event));
  });

  return async (event: string): Promise<boolean | null> => {
    if (app() === null || now() < pausedUntil) return null;
    const events = running().catch(() => {
      pausedUntil = now() + PAUSE_MS;
      return null;
    });
    const found = await Promise.race([events, sleep(WAIT_MS, null, { ref: false })]);
    return found === null ? null : found.has(event);
  };
}
