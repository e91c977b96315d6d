import { request } from 'node:http';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type App, type AppOptions, startApp } from '../../src/app.ts';
import { consoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { storeOf } from '../support/databases.ts';
import { exampleConfig } from '../support/example-config.ts';

let app: App;
afterEach(() => app?.close());

async function start(options: Partial<AppOptions> = {}): Promise<void> {
  app = await startApp({
    config: exampleConfig(),
    ...(await storeOf('postgres')),
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    ...options,
  });
}

const DEMO = { demo: { loginSecret: 'a-secret-of-this-demo' } };

/** Asks under a name of its own, as a browser does to which a stranger's DNS has given this address. */
function signInAs(host: string, headers: Record<string, string> = {}): Promise<number> {
  const { port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/api/demo/session', headers: { host, ...headers } },
      (answer) => resolve(answer.resume().statusCode!),
    );
    asked.on('error', reject).end();
  });
}

describe('the demo’s address', () => {
  it('signs in as often as it is opened, and leads to the board', async () => {
    await start(DEMO);
    const path = new URL(app.demoLoginAddress()!).pathname;
    for (const browser of [consoleClient(app.url), consoleClient(app.url)]) {
      const answer = await browser.get(path);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe('/demo');
      expect((await browser.get('/api/session')).body).toMatchObject({ role: 'admin', demo: true });
    }
  });

  it('gives the rights back that a visitor has taken from its user', async () => {
    await start(DEMO);
    const other = await firstAdmin(app);
    const browser = consoleClient(app.url);
    const path = new URL(app.demoLoginAddress()!).pathname;
    await browser.get(path);
    const { users } = (await other.get('/api/users')).body;
    const { id } = users.find(({ name }: { name: string }) => name === 'demo');
    await other.ask('PATCH', `/api/users/${id}`, { role: 'viewer', connections: [] });
    expect((await browser.get('/api/session')).body).toMatchObject({ role: 'viewer' });
    await browser.get(path);
    expect((await browser.get('/api/session')).body).toMatchObject({ role: 'admin', connections: null });
    expect((await other.ask('DELETE', `/api/users/${id}`)).status).toBe(200);
    await browser.get(path);
    expect((await browser.get('/api/session')).body).toMatchObject({ role: 'admin' });
  });

  it('of a demo that has ended leads to the page with the button', async () => {
    await start(DEMO);
    const answer = await consoleClient(app.url).get('/api/enter/of-yesterday');
    expect(answer.headers.get('location')).toBe('/sign-in?to=%2Fdemo');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('does not exist anywhere else', async () => {
    await start();
    expect(app.demoLoginAddress()).toBeNull();
    const client = consoleClient(app.url);
    expect((await client.get('/api/enter/anything')).headers.get('set-cookie')).toBeNull();
    expect((await client.ask('POST', '/api/demo/session')).status).toBe(404);
    expect((await client.get('/api/session')).headers.get('x-stagepost-demo')).toBeNull();
  });
});

describe('the demo’s button', () => {
  it('signs in again after signing out', async () => {
    await start(DEMO);
    const client = consoleClient(app.url);
    await client.ask('POST', '/api/demo/session');
    await client.ask('DELETE', '/api/session');
    const signedOut = await client.get('/api/session');
    expect(signedOut.status).toBe(401);
    expect(signedOut.headers.get('x-stagepost-demo')).toBe('1');
    expect((await client.ask('POST', '/api/demo/session')).status).toBe(200);
    expect((await client.get('/api/session')).status).toBe(200);
  });

  it('signs in nobody whom another page sends, or who comes by another name', async () => {
    await start(DEMO);
    const { port } = new URL(app.url);
    const fromConsole = { 'x-stagepost': 'console' };
    expect(await signInAs(`localhost:${port}`)).toBe(403);
    expect(await signInAs(`localhost:${port}`, { ...fromConsole, origin: 'https://evil.example' })).toBe(403);
    expect(
      await signInAs(`evil.example:${port}`, { ...fromConsole, origin: `http://evil.example:${port}` }),
    ).toBe(403);
    expect(await signInAs(`evil:${port}`, { ...fromConsole, origin: `http://evil:${port}` })).toBe(403);
    expect(await signInAs(`localhost:${port}`, { ...fromConsole, origin: `http://localhost:${port}` })).toBe(
      200,
    );
  });
});

describe('the cookie', () => {
  const overTls = { 'x-forwarded-proto': 'https' };
  const signIn = async () => {
    await firstAdmin(app);
    const question = { name: 'Ann', password: PASSWORD };
    const answer = await consoleClient(app.url).ask('POST', '/api/session', question, overTls);
    return answer.headers.get('set-cookie')!.split('; ');
  };

  it('is for TLS only where a trusted proxy says that the request came by TLS', async () => {
    await start({ trustProxy: '127.0.0.1' });
    expect(await signIn()).toContain('Secure');
  });

  it('does not believe that of somebody who is no trusted proxy', async () => {
    await start({ trustProxy: '10.0.0.1' });
    expect(await signIn()).not.toContain('Secure');
  });
});

it('a connection whose Kommo cannot be reached is shown with the reason', async () => {
  await start();
  const { body } = await (await firstAdmin(app)).get('/api/now');
  expect(body.connections).toMatchObject([
    {
      name: 'acme',
      state: 'waiting',
      reason: expect.stringMatching(/\S/),
      lanes: { kommo: { state: 'stopped' } },
    },
  ]);
});
