import type { CustomerioSimulator } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** The first line of a file that this command has written, by which it knows that it may write the file anew. */
export const MARK = '# Written by stagepost simulate.';

/** For a webhook URL that is not given. It protects nothing: everything is simulated. */
const WEBHOOK_SECRET = 'simulated-0123456789abcdef';

/** All variables of examples/stagepost.yaml, and those by which the wizard takes the simulators for the accounts. */
export function variablesOf(
  kommo: Pick<KommoSimulator, 'url' | 'token'>,
  customerio: Pick<CustomerioSimulator, 'url' | 'credentials'>,
  webhookUrl: string | undefined,
): Record<string, string> {
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  return {
    KOMMO_URL: kommo.url,
    KOMMO_TOKEN: kommo.token,
    KOMMO_WEBHOOK_SECRET: secretIn(webhookUrl) ?? WEBHOOK_SECRET,
    CUSTOMERIO_SITE_ID: siteId,
    CUSTOMERIO_API_KEY: apiKey,
    CUSTOMERIO_SIGNING_KEY: signingKey,
    CUSTOMERIO_APP_KEY: appKey,
    CUSTOMERIO_TRACK_URL: customerio.url,
    CUSTOMERIO_APP_URL: customerio.url,
    STAGEPOST_KOMMO_ORIGIN: kommo.url,
    STAGEPOST_CUSTOMERIO_ORIGIN: customerio.url,
  };
}

/** The secret of a webhook URL of Stagepost, `/webhooks/kommo/{connection}/{secret}`. */
function secretIn(webhookUrl: string | undefined): string | undefined {
  if (webhookUrl === undefined) return undefined;
  return /^\/webhooks\/kommo\/[^/]+\/([^/]+)$/.exec(new URL(webhookUrl).pathname)?.[1];
}

/** The variables as the lines of an `.env` file. */
export const envText = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
