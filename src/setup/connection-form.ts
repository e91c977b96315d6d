import { type ConnectionForm, loadStoredConnection } from '../config/index.ts';
import { SetupError } from './setup-error.ts';
import type { Draft } from './setup-store.ts';

/**
 * The connection of a setup whose steps are done.
 * @param oauth the keys of `kommo.oauth`, where access was granted by OAuth
 * @param customerioOrigin a simulator in the place of Customer.io; null: the real one
 * @throws SetupError where the answers are no valid connection
 */
export function connectionForm(
  name: string,
  { answers, secrets }: Draft,
  oauth: Record<string, string> | null,
  customerioOrigin: string | null,
): ConnectionForm {
  const { kommo, customerio } = answers;
  const form: ConnectionForm = {
    settings: {
      kommo: given({ url: kommo.url, changes: kommo.changes === 'polling' ? 'polling' : null }),
      customerio: given({
        region: customerio.check?.region,
        site_id: secrets.siteId,
        track_url: customerioOrigin,
        app_url: customerioOrigin,
      }),
    },
    secrets: {
      kommo: {
        ...given({ token: secrets.kommoToken, webhook_secret: secrets.webhookSecret }),
        ...(oauth === null ? {} : { oauth }),
      },
      customerio: given({
        api_key: secrets.apiKey,
        signing_key: secrets.signingKey,
        app_key: secrets.appKey,
      }),
    },
  };
  const loaded = loadStoredConnection(name, form);
  if (loaded.ok) return form;
  const problems = loaded.problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new SetupError('conflict', `The answers are not complete: ${problems}.`);
}

function given(entries: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
