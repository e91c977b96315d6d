import { expect, test } from 'vitest';
import { request, start } from './testing/start.ts';
import type { KommoSimulatorOptions } from './types.ts';

const oauth = { clientId: 'id', clientSecret: 'secret', redirectUri: 'https://app.example/cb' };

async function startOAuth(options: KommoSimulatorOptions = {}) {
  const tried = await start({ oauth, ...options });
  const grant = (body: object) =>
    request(`${tried.kommo.url}/oauth2/access_token`, {
      method: 'POST',
      body: JSON.stringify({
        client_id: 'id',
        client_secret: 'secret',
        redirect_uri: oauth.redirectUri,
        ...body,
      }),
    });
  const byCode = (code: string) => grant({ grant_type: 'authorization_code', code });
  const refresh = (refresh_token: string) => grant({ grant_type: 'refresh_token', refresh_token });
  const account = (token: string) =>
    request(`${tried.kommo.url}/api/v4/account`, { headers: { authorization: `Bearer ${token}` } });
  return { ...tried, grant, byCode, refresh, account };
}

test('a code is good once, for 20 minutes', async () => {
  let now = 1_700_000_000_000;
  await using tried = await startOAuth({ now: () => now });
  const { kommo, byCode } = tried;
  const code = kommo.issueCode();
  const { status, body } = await byCode(code);
  expect([status, body.token_type, body.expires_in]).toEqual([200, 'Bearer', 86_400]);
  expect((await tried.account(body.access_token)).status).toBe(200);
  expect(await byCode(code)).toMatchObject({
    status: 400,
    body: { hint: 'Authorization code has been revoked' },
  });
  const late = kommo.issueCode();
  now += 20 * 60_000;
  expect((await byCode(late)).body.hint).toBe('Authorization code has expired');
  expect((await byCode('x')).body.hint).toBe('Cannot decrypt the authorization code');
});

test('an access token lives 24 hours', async () => {
  let now = 1_700_000_000_000;
  await using tried = await startOAuth({ now: () => now });
  const { body } = await tried.byCode(tried.kommo.issueCode());
  now += 86_399_000;
  expect((await tried.account(body.access_token)).status).toBe(200);
  now += 1000;
  expect((await tried.account(body.access_token)).status).toBe(401);
  expect((await tried.refresh(body.refresh_token)).status).toBe(200);
});

test('with grace, an old refresh token lives until the new one is used', async () => {
  await using tried = await startOAuth();
  const first = (await tried.byCode(tried.kommo.issueCode())).body.refresh_token;
  await tried.refresh(first);
  const second = (await tried.refresh(first)).body.refresh_token;
  expect((await tried.refresh(second)).status).toBe(200);
  const dead = await tried.refresh(first);
  expect([dead.status, dead.body.hint, dead.body.error]).toEqual([401, 'Token has been revoked', undefined]);
});

test('strictly, a refresh token works once', async () => {
  await using tried = await startOAuth({ switches: { refreshRotation: 'strict' } });
  const first = (await tried.byCode(tried.kommo.issueCode())).body.refresh_token;
  expect((await tried.refresh(first)).status).toBe(200);
  expect((await tried.refresh(first)).status).toBe(401);
});

test('an uninstall revokes both tokens, the long-lived one stays', async () => {
  await using tried = await startOAuth();
  const { body } = await tried.byCode(tried.kommo.issueCode());
  tried.kommo.revokeOAuth();
  expect((await tried.account(body.access_token)).status).toBe(401);
  expect((await tried.refresh(body.refresh_token)).body.hint).toBe('Token has been revoked');
  expect((await tried.get('/account')).status).toBe(200);
});

test('secret and redirect address must be the registered ones, in both grants', async () => {
  await using tried = await startOAuth();
  const code = tried.kommo.issueCode();
  const good = { grant_type: 'authorization_code', code };
  expect((await tried.grant({ ...good, client_secret: 'x' })).status).toBe(401);
  expect((await tried.grant({ ...good, redirect_uri: 'https://other.example' })).status).toBe(400);
  expect((await tried.grant({ grant_type: 'password' })).status).toBe(400);
  expect((await tried.grant(good)).status).toBe(200);
});
