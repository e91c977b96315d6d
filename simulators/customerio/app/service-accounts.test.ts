import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

test('a service account reads the signing key of its workspace with a session', async () => {
  const { sim } = await workspace();
  const { serviceAccount, signingKey } = sim.credentials;
  const exchange = (secret: string) =>
    fetch(`${sim.url}/v1/service_accounts/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_secret: secret,
        scope: 'read_only',
      }),
    });
  expect((await exchange('sa_live_wrong')).status).toBe(401);
  const { access_token: session } = (await (await exchange(serviceAccount)).json()) as {
    access_token: string;
  };
  const read = (path: string, token: string) =>
    fetch(`${sim.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await read('/v1/environments/3/signing_secret', serviceAccount)).status).toBe(401);
  expect((await read('/v1/environments/4/signing_secret', session)).status).toBe(404);
  const answer = await read('/v1/environments/3/signing_secret', session);
  expect(await answer.json()).toEqual({ signing_secret: signingKey });
});
