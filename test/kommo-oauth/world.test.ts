import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withGrantedAccess } from '../../src/commands/doctor/granted-access.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * One Stagepost whose connection signs in to Kommo by OAuth, from the first grant to one that is withdrawn. The tests follow
 * one another.
 */

let world: World;
let client: ConsoleClient;
beforeAll(async () => {
  world = await startWorld({
    healthTimes: { judgeEveryMs: 200, firstProbeMs: 3_600_000 },
    config: (yaml) =>
      yaml.replace(
        /token: \$\{KOMMO_TOKEN\}.*/,
        'oauth: { client_id: 00000000-0000-4000-8000-000000000001, client_secret: simulated-client-secret }',
      ),
  });
  world.kommo.oauth.redirectUri = `${world.app.localUrl}/oauth/kommo`;
  client = await firstAdmin(world.app);
});
afterAll(() => world?.close());

/** What is wrong with the connection. */
async function healthItems(): Promise<{ code: string; light: string; todo: string }[]> {
  const { connections } = (await client.get('/api/health')).body;
  return connections.flatMap(({ sides }: { sides: { items: never[] }[] }) =>
    sides.flatMap(({ items }) => items),
  );
}

const status = async (name = 'acme') => (await client.get(`/api/kommo-access/${name}`)).body;

/** Begins an authorization. @returns the address of Kommo's window */
async function begin(name: string, way: 'button' | 'integration'): Promise<string> {
  const { status, body } = await client.ask('POST', `/api/kommo-access/${name}/start`, { way });
  expect([status, body.error]).toEqual([200, undefined]);
  return body.address;
}

/** Where the browser with these cookies goes after Kommo's window. */
async function comeBack(
  location: string,
  headers: Record<string, string> = { cookie: client.cookie },
): Promise<Response> {
  return fetch(location, { headers, redirect: 'manual' });
}

async function grant(name = 'acme', way: 'button' | 'integration' = 'integration'): Promise<string | null> {
  const location = await world.kommo.answerWindow(await begin(name, way), { allow: true });
  return (await comeBack(location!)).headers.get('location');
}

it('before the first grant the connection waits, and says who must do what', async () => {
  expect(await status()).toMatchObject({ state: 'none', kind: 'oauth', of: 'connection' });
  await eventually(async () => {
    const items = await healthItems();
    expect(items.map(({ code }) => code)).toContain('kommo_access_missing');
  });
});

it('after the grant it runs, and a move that came before is not lost', async () => {
  const deal = world.deal();
  world.move(deal.id, 'Closed - won');
  expect(await grant()).toBe('/connections');
  expect(await status()).toMatchObject({ state: 'granted', attempt: { state: 'done' } });
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
});

it('when access is withdrawn the lane is held, and with a new grant everything goes on', async () => {
  world.kommo.revokeOAuth();
  const deal = world.deal();
  world.move(deal.id, 'Closed - won');
  await eventually(async () => expect(await status()).toMatchObject({ state: 'revoked' }));
  await eventually(async () => {
    const items = await healthItems();
    const item = items.find(({ code }) => code === 'kommo_access_withdrawn');
    expect(item).toMatchObject({ light: 'broken', todo: expect.stringContaining('Authorize again') });
    expect(items.map(({ code }) => code)).not.toContain('kommo_token_refused');
  });
  expect(world.noteTexts(deal.id)).toEqual([]);
  await grant();
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  expect(await status()).toMatchObject({ state: 'granted' });
});

it('a command uses the grant in the database, and has none where it cannot open the database', async () => {
  const [connection] = world.config.connections;
  const key = Buffer.alloc(32, 'stagepost').toString('base64');
  const env = { DATABASE_URL: world.store.databaseUrl, STAGEPOST_SECRET_KEY: key };
  const data = join(tmpdir(), 'no-such-folder');
  const answer = await withGrantedAccess(connection!, { data, env }, async (tokens) => {
    const { value } = await tokens!.current();
    return fetch(`${world.kommo.url}/api/v4/account`, { headers: { authorization: `Bearer ${value}` } });
  });
  expect(answer.status).toBe(200);
  expect(await withGrantedAccess(connection!, { data, env: {} }, async (tokens) => tokens)).toBeNull();
});

it('the button makes the integration of a setup', async () => {
  await client.ask('POST', '/api/setup/connections', { name: 'beta' });
  const address = await begin('beta', 'button');
  const location = (await world.kommo.answerWindow(address, { allow: true }))!;
  const stranger = await comeBack(location, {});
  expect(stranger.status).toBe(400);
  expect(await stranger.text()).toContain('This was begun in another browser.');
  const back = await comeBack(location);
  expect([back.status, back.headers.get('location')]).toEqual([303, '/setup/beta/kommo']);
  expect(back.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await status('beta')).toMatchObject({ state: 'granted', of: 'setup' });
});

it('the secrets of an integration are taken once, as JSON or as a form, and only small', async () => {
  const state = new URL(await begin('beta', 'button')).searchParams.get('state')!;
  const send = (body: string, type: string) =>
    fetch(`${world.app.localUrl}/oauth/kommo/secrets`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
  const fields = { state, client_id: 'made', client_secret: 'key' };
  const form = new URLSearchParams(fields).toString();
  expect((await send(JSON.stringify({ ...fields, state: 'other' }), 'application/json')).status).toBe(404);
  expect((await send('{', 'text/plain')).status).toBe(400);
  expect((await send(`${form}&more=${'x'.repeat(20_000)}`, 'application/x-www-form-urlencoded')).status).toBe(
    413,
  );
  expect((await send(form, 'application/x-www-form-urlencoded')).status).toBe(200);
  expect((await send(JSON.stringify(fields), 'application/json')).status).toBe(409);
});

it.each([
  ['a state that nobody has begun', '?state=made-up&code=x&referer=acme.kommo.com'],
  ['nothing at all', ''],
  ['a refusal without a state', '?error=access_denied'],
])('%s is answered with a page that repeats nothing of it', async (_, query) => {
  const answer = await comeBack(`${world.app.localUrl}/oauth/kommo${query}`);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answer.text()).not.toContain('made-up');
});

it('the access of a setup ends with the setup', async () => {
  await client.ask('DELETE', '/api/setup/connections/beta');
  const { db } = world.app.database;
  const left = await db.selectFrom('kommo_grants').select('name').execute();
  expect(left).toEqual([{ name: 'acme' }]);
  expect(
    await db.selectFrom('kommo_authorizations').where('name', '=', 'beta').selectAll().execute(),
  ).toEqual([]);
});
