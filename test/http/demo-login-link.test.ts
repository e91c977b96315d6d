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

describe('the demo’s address', () => {
  it('signs in once, and leads to the console', async () => {
    await start({ demo: true });
    const client = consoleClient(app.url);
    const path = new URL(app.demoLoginLink()!).pathname;
    const answer = await client.get(path);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/\w*$/);
    expect((await client.get('/api/session')).body).toMatchObject({ role: 'admin', demo: true });
    expect((await consoleClient(app.url).get(path)).status).toBe(403);
  });

  it('does not exist anywhere else', async () => {
    await start();
    expect(app.demoLoginLink()).toBeNull();
    expect((await consoleClient(app.url).get('/api/enter/anything')).headers.get('set-cookie')).toBeNull();
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
