import type { CustomerioSimulator } from '../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../simulators/kommo/types.ts';

export const WEBHOOK_SECRET = '0123456789abcdef0123456789abcdef';

/** The variables that examples/stagepost.yaml reads, for both simulators. Without a Customer.io: values that lead nowhere. */
export function exampleEnv(
  kommo: Pick<KommoSimulator, 'url' | 'token'>,
  customerio: Pick<CustomerioSimulator, 'url' | 'credentials'> | null,
): Record<string, string> {
  const { siteId, apiKey, signingKey } = customerio?.credentials ?? {
    siteId: 'site',
    apiKey: 'key',
    signingKey: 'signing-key',
  };
  return {
    KOMMO_URL: kommo.url,
    KOMMO_TOKEN: kommo.token,
    KOMMO_WEBHOOK_SECRET: WEBHOOK_SECRET,
    CUSTOMERIO_SITE_ID: siteId,
    CUSTOMERIO_API_KEY: apiKey,
    CUSTOMERIO_SIGNING_KEY: signingKey,
    CUSTOMERIO_TRACK_URL: customerio?.url ?? 'http://127.0.0.1:9',
  };
}
