import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { request, start } from './testing/start.ts';

/** A server that answers every call with this status, and remembers it. */
async function startReceiver(status = 200) {
  const calls: { method: string; url: URL; body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    calls.push({ method: incoming.method!, url: new URL(incoming.url!, 'http://receiver'), body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, calls, [Symbol.asyncDispose]: async () => void server.close() };
}

const exchange = (url: string, body: object) =>
  request(`${url}/oauth2/access_token`, { method: 'POST', body: JSON.stringify(body) });

test('the button makes an integration, sends its secrets, and comes back with a code of it', async () => {
  await using receiver = await startReceiver();
  await using tried = await start();
  const { kommo } = tried;
  const query = new URLSearchParams({
    state: 's1',
    name: 'Stagepost',
    secrets_uri: `${receiver.url}/secrets`,
  });
  query.set('redirect_uri', `${receiver.url}/back`);
  const back = new URL((await kommo.answerWindow(`${kommo.url}/oauth/?${query}`, { allow: true }))!);
  expect(Object.fromEntries(back.searchParams)).toMatchObject({
    ...{ state: 's1', referer: new URL(kommo.url).host },
  });
  const { client_id, client_secret, state } = JSON.parse(receiver.calls[0]!.body);
  expect([state, back.searchParams.get('client_id')]).toEqual(['s1', client_id]);
  const code = back.searchParams.get('code');
  const body = { client_id, client_secret, code, redirect_uri: `${receiver.url}/back` };
  expect((await exchange(kommo.url, { ...body, grant_type: 'authorization_code' })).status).toBe(200);
});

test('the button fails where the secrets are not answered with exactly 200', async () => {
  await using receiver = await startReceiver(204);
  await using tried = await start();
  const query = new URLSearchParams({
    name: 'Stagepost',
    secrets_uri: receiver.url,
    redirect_uri: receiver.url,
  });
  expect(await tried.kommo.answerWindow(`${tried.kommo.url}/oauth/?${query}`, { allow: true })).toBeNull();
});

test('the window is a page whose buttons lead back, also without scripts', async () => {
  await using tried = await start();
  const { url, oauth } = tried.kommo;
  const page = await (await fetch(`${url}/oauth?client_id=${oauth.clientId}&state=%22s%22`)).text();
  expect(page).toContain('value="&quot;s&quot;"');
  const answered = (answer: string) =>
    fetch(`${url}/oauth/answer?client_id=${oauth.clientId}&state=s&answer=${answer}`, { redirect: 'manual' });
  const allowed = new URL((await answered('allow')).headers.get('location')!);
  expect(allowed.href).toMatch(/^https:\/\/example\.com\/kommo\/callback\?code=def502/);
  const denied = new URL((await answered('deny')).headers.get('location')!);
  expect(denied.searchParams.get('error')).toBe('access_denied');
  expect((await fetch(`${url}/oauth?client_id=other`)).status).toBe(404);
});

test('an installation calls the redirect address with a code and without a state', async () => {
  await using receiver = await startReceiver();
  await using tried = await start({ oauth: { redirectUri: `${receiver.url}/back` } });
  expect(await tried.kommo.install()).toBe(200);
  const { searchParams } = receiver.calls[0]!.url;
  expect([searchParams.has('code'), searchParams.has('state')]).toEqual([true, false]);
});

test('one user, a new secret and all of it end tokens', async () => {
  await using tried = await start();
  const { kommo } = tried;
  const { clientId: client_id, redirectUri: redirect_uri } = kommo.oauth;
  const grant = async (userId: number) => {
    const by = { grant_type: 'authorization_code', code: kommo.issueCode(client_id, userId) };
    const client = { client_id, client_secret: kommo.oauth.clientSecret, redirect_uri };
    const { body } = await exchange(kommo.url, { ...client, ...by });
    return body.access_token as string;
  };
  const status = async (token: string, path = '/account') =>
    (await request(`${kommo.url}/api/v4${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  const [admin, other] = [await grant(8_375_357), await grant(8_375_358)];
  expect(await status(admin, '/users')).toBe(200);
  kommo.revokeOAuth(8_375_357);
  expect([await status(admin), await status(other)]).toEqual([401, 200]);
  kommo.renewSecret();
  expect(await status(other)).toBe(401);
});

test('a renamed account answers at its new host only, and its refresh token finds it', async () => {
  await using tried = await start();
  const { kommo } = tried;
  const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = kommo.oauth;
  const client = { client_id, client_secret, redirect_uri };
  const code = { grant_type: 'authorization_code', code: kommo.issueCode() };
  const { refresh_token } = (await exchange(kommo.url, { ...client, ...code })).body;
  const host = `localhost:${new URL(kommo.url).port}`;
  kommo.rename(host);
  const again = { ...client, grant_type: 'refresh_token', refresh_token };
  expect((await fetch(`${kommo.url}/oauth2/access_token`, { method: 'POST' })).status).toBe(404);
  const found = await request(`${kommo.url}/oauth2/account/current/subdomain`, {
    headers: { 'x-refresh-token': refresh_token },
  });
  expect(found.body.domain).toBe(host);
  expect((await exchange(`http://${host}`, again)).status).toBe(200);
});
