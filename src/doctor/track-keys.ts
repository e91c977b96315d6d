import type { ConnectionConfig } from '../config/index.ts';
import { createTrackClient } from '../customerio/index.ts';

type Customerio = Pick<
  ConnectionConfig['customerio'],
  'siteId' | 'apiKey' | 'appKey' | 'region' | 'trackUrl'
>;

/** Whether Customer.io accepts this pair. */
export type TryKeys = (siteId: string, apiKey: string) => Promise<boolean>;

/**
 * What most likely happened to Track credentials that Customer.io refuses; null where nothing is recognised. The formats of
 * the keys are not documented, so a mix-up is recognised by trying the keys in each other's place.
 */
export async function explainRefusedKeys(
  customerio: Customerio,
  tryKeys: TryKeys = (siteId, apiKey) => isAccepted(customerio, siteId, apiKey),
  names = CONFIGURATION_NAMES,
): Promise<string | null> {
  const { siteId } = customerio;
  const apiKey = customerio.apiKey.reveal();
  const appKey = customerio.appKey?.reveal() ?? null;
  for (const [name, value] of [
    [names.siteId, siteId],
    [names.apiKey, apiKey],
  ] as const) {
    if (/^["'`“‘]|["'`”’]$/.test(value)) return `${name} is in quotes: remove them.`;
    if (/\s/.test(value)) return `There is a space in ${name}: copy it again.`;
    // Customer.io docs: tokens of service accounts.
    if (value.startsWith('sa_live_')) return `${name} is a token of a service account, and no Track API key.`;
  }
  if (siteId === apiKey) return `${names.siteId} and ${names.apiKey} are the same: copy both again.`;
  if (await tryKeys(apiKey, siteId)) return `${names.siteId} and ${names.apiKey} are swapped: exchange them.`;
  if (appKey !== null && (await tryKeys(siteId, appKey)))
    return `${names.apiKey} and ${names.appKey} are swapped: exchange them.`;
  return null;
}

/** The keys as stagepost.yaml calls them. */
const CONFIGURATION_NAMES = {
  siteId: 'customerio.site_id',
  apiKey: 'customerio.api_key',
  appKey: 'customerio.app_key',
};

/** One read call with other credentials. */
async function isAccepted(
  { region, trackUrl }: Customerio,
  siteId: string,
  apiKey: string,
): Promise<boolean> {
  const track = createTrackClient({ siteId, apiKey, region, trackUrl, timeoutMs: 10_000 });
  try {
    await track.region();
    return true;
  } catch {
    return false;
  } finally {
    await track.close();
  }
}
