import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { afterAll, expect, it } from 'vitest';
import { consoleFiles } from './console-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagepost-files-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(
  join(folder, 'index.html'),
  '<meta property="csp-nonce" nonce="STAGEPOST_NONCE"><p>Stagepost</p>',
);
writeFileSync(join(folder, 'assets/main-abc123.js'), 'export const answer = 42;');
writeFileSync(join(folder, 'assets/main-abc123.js.gz'), gzipSync('export const answer = 42;'));
writeFileSync(join(folder, 'secret.txt'), 'not for anybody');
afterAll(() => rmSync(folder, { recursive: true }));

const app = Fastify();
await app.register(consoleFiles, { folder });
app.get('/api/here', async () => ({ here: true }));

const BROWSER = { accept: 'text/html,application/xhtml+xml' };
const get = (url: string, headers: Record<string, string> = BROWSER) => app.inject({ url, headers });

it.each(['/', '/activity', '/activity/17?since=1'])('a browser gets the console at %s', async (url) => {
  const { statusCode, body } = await get(url);
  expect([statusCode, body]).toEqual([200, expect.stringContaining('Stagepost')]);
});

it('each page gets its own nonce, in the policy as in the page', async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const { headers, body } = await get('/');
      const inPage = /nonce="([^"]+)"/.exec(body)?.[1];
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${inPage}'`);
      return inPage;
    }),
  );
  expect(nonces[0]).not.toBe(nonces[1]);
});

it('the policy lets no inline script and nothing from other hosts in', async () => {
  const policy = String((await get('/')).headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/unsafe|script-src|https?:|\*/);
});

it('the page is never kept, a hashed file for ever', async () => {
  expect((await get('/')).headers['cache-control']).toBe('no-store');
  const file = await get('/assets/main-abc123.js');
  expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

it('a file is sent compressed where the client takes that', async () => {
  const { headers, rawPayload } = await get('/assets/main-abc123.js', { 'accept-encoding': 'br, gzip' });
  expect(headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': 'application/javascript; charset=utf-8',
    vary: 'accept-encoding',
  });
  expect(gunzipSync(rawPayload).toString()).toBe('export const answer = 42;');
});

it('a file is sent as it is where the client refuses compression', async () => {
  const { headers, body } = await get('/assets/main-abc123.js', { 'accept-encoding': 'gzip;q=0' });
  expect([headers['content-encoding'], body]).toEqual([undefined, 'export const answer = 42;']);
});

it('the page cannot be framed, and tells other sites nothing', async () => {
  expect((await get('/')).headers).toMatchObject({
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
  });
});

it.each([
  '/api/nothing',
  '/webhooks/nothing',
  '/health/nothing',
  '/metrics/nothing',
  '/assets/nothing.js',
  '/assets/..%2fsecret.txt',
  '/assets/%2e%2e%2fsecret.txt',
])('%s is no page', async (url) => {
  expect((await get(url)).statusCode).toBe(404);
});

it('who is no browser gets no page for an address that does not exist', async () => {
  expect((await get('/nothing', { accept: '*/*' })).statusCode).toBe(404);
});

it('without a built console it says what to do', async () => {
  const bare = Fastify();
  await bare.register(consoleFiles, { folder: join(folder, 'nowhere') });
  const { statusCode, body } = await bare.inject({ url: '/', headers: BROWSER });
  expect([statusCode, body]).toEqual([503, expect.stringContaining('npm run console:build')]);
});
