import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { routes } from '../../src/http/api/contract.ts';
import type { Route } from '../../src/http/api/route.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import { SEAL_CONTEXTS } from '../../src/secrets/seal-contexts.ts';
import type { SetupAccount } from '../../src/setup/account-schemas.ts';
import { type ConsoleClient, consoleClient, PASSWORD } from '../support/console-client.ts';
import { freePort } from '../support/free-port.ts';
import { type Secrets, secretsIn } from '../support/secret-search.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';

/*
 * A Stagepost as a process of its own, with connections of every kind: one by a long-lived token, one by OAuth, one that nobody has
 * finished, and a receiver of alerts. Everything that it shows or leaves behind is searched for every secret that it was given, that it
 * was granted, or that it has made.
 */

const ALERTS = `alerts:
  receivers: [{ name: ops, kind: slack, target_url: "\${SLACK_URL}" }]
`;

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const random = (prefix: string) => prefix + randomBytes(24).toString('base64url');

const secrets: Secrets = {
  kommoToken: random('eyJ0eXAi'),
  apiKey: random('t'),
  appKey: random('a'),
  signingKey: random('s'),
  wrongToken: random('eyJ0eXBj'),
  wrongSigningKey: random('w'),
  slack: random('T0'),
  metricsToken: random('m'),
  password: PASSWORD,
};

let folder: string;
let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let url: string;
let server: ChildProcess;
let admin: ConsoleClient;
let stream: Promise<string>;
let backupRows: string;
const endStream = new AbortController();
/** What `serve` has written, on both outputs. */
const logged: string[] = [];

const env = () => ({
  STAGEPOST_KOMMO_ORIGIN: kommo.url,
  STAGEPOST_CUSTOMERIO_ORIGIN: customerio.url,
  STAGEPOST_LOG: 'trace',
  STAGEPOST_METRICS_TOKEN: secrets.metricsToken!,
  SLACK_URL: `http://127.0.0.1:9/services/${secrets.slack}`,
});
const stagepost = (...args: string[]) => finish(spawnStagepost(args, { folder, env: env() }));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-leaves-'));
  writeFileSync(join(folder, 'stagepost.yaml'), ALERTS);
  const { apiKey, appKey, signingKey } = secrets as Record<'apiKey' | 'appKey' | 'signingKey', string>;
  [kommo, customerio] = await Promise.all([
    startKommoSimulator({ rateLimit: false, hookTimeoutMs: 30_000, token: secrets.kommoToken! }),
    startCustomerioSimulator({ appLimitPerSecond: 1_000, apiKey, appKey, signingKey }),
  ]);
  secrets.clientSecret = kommo.oauth.clientSecret;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = ['serve', '--supervise', '--port', String(port), '--public-url', url];
  server = spawnStagepost(args, { folder, env: env() });
  admin = await signIn();
  stream = readStream();
  await playEverything();
});
afterAll(async () => {
  endStream.abort();
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  if (server?.kill('SIGTERM')) await ended;
  await Promise.all([kommo?.close(), customerio?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The first admin, by the link that `serve` prints. */
async function signIn(): Promise<ConsoleClient> {
  const link = new Promise<string>((resolve) => {
    for (const output of [server.stdout!, server.stderr!])
      createInterface({ input: output }).on('line', (line) => {
        const [, secret] = /\/setup#([\w-]+)/.exec(line) ?? [];
        // The terminal is where this link belongs.
        logged.push(secret === undefined ? line : '');
        if (secret !== undefined) resolve(secret);
      });
  });
  secrets.firstLink = await link;
  const client = consoleClient(url);
  await ask(client, 'POST', '/api/setup', { link: secrets.firstLink, name: 'Ann', password: PASSWORD });
  secrets.session = client.cookie.split('=')[1]!.split(';')[0]!;
  return client;
}

async function ask(client: ConsoleClient, method: string, path: string, body?: object) {
  const answer = await client.ask(method, path, body);
  expect([path, answer.status, answer.body.error]).toEqual([path, 200, undefined]);
  return answer.body;
}
const post = (path: string, body: object = {}) => ask(admin, 'POST', path, body);

async function readStream(): Promise<string> {
  const options = { headers: { cookie: admin.cookie }, signal: endStream.signal };
  const { body } = await fetch(`${url}/api/activity/stream`, options);
  let text = '';
  try {
    for await (const chunk of body!) text += Buffer.from(chunk).toString();
  } catch {
    // It is ended by this test.
  }
  return text;
}

async function playEverything(): Promise<void> {
  await connectByToken('acme');
  await connectByOAuth('beta');
  await leaveHalfMade('gamma');
  await refuseSecrets('acme');
  await playDeal();
  await readInstallation();
  await holdLane();
  const invitation = await post('/api/users', { name: 'Vic', role: 'viewer' });
  secrets.invitation = String(invitation.link).split('#')[1]!;
  secrets.apiToken = (await post('/api/tokens', { name: 'script', role: 'viewer' })).secret;
  for (const { destination } of kommo.hooks()) {
    const [, name, secret] = /\/kommo\/(\w+)\/([\w-]+)$/.exec(destination)!;
    secrets[`webhook of ${name}`] = secret!;
  }
}

/** `expect.poll` works within tests only. */
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

async function begin(name: string): Promise<string> {
  const path = `/api/setup/connections/${name}`;
  await post('/api/setup/connections', { name, kommoUrl: kommo.url });
  return path;
}

async function connectByToken(name: string): Promise<void> {
  const path = await begin(name);
  await post(`${path}/kommo`, { token: secrets.kommoToken });
  const { siteId, apiKey, appKey, serviceAccount } = customerio.credentials;
  secrets.serviceAccount = serviceAccount;
  await post(`${path}/customerio`, { siteId, apiKey, appKey, serviceAccountToken: serviceAccount });
  await complete(path);
}

async function connectByOAuth(name: string): Promise<void> {
  const path = await begin(name);
  const access = `/api/kommo-access/${name}`;
  kommo.oauth.redirectUri = `${url}/oauth/kommo`;
  const { clientId, clientSecret } = kommo.oauth;
  await post(`${access}/integration`, { clientId, clientSecret });
  const { address } = await post(`${access}/start`, { way: 'integration' });
  const location = (await kommo.answerWindow(address, { allow: true }))!;
  const { code, state } = Object.fromEntries(new URL(location).searchParams);
  Object.assign(secrets, { code, state });
  await fetch(location, { headers: { cookie: admin.cookie }, redirect: 'manual' });
  await until(async () => expect((await admin.get(path)).body.kommo.state).toBe('done'));
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  await post(`${path}/customerio`, { siteId, apiKey, appKey, signingKey });
  await complete(path);
}

async function complete(path: string): Promise<void> {
  const { recipes } = (await admin.get(`${path}/account`)).body as SetupAccount;
  const picked = recipes
    .filter(({ isSuggested }) => isSuggested)
    .map(({ id }) => ({ recipe: id, choices: {} }));
  await post(`${path}/rules`, { attributes: [], recipes: picked });
  await post(`${path}/finish`);
  await until(async () => expect((await admin.get(path)).body.finish.isRunning).toBe(false));
}

/** With every secret that can be pasted, and some into the wrong field. */
async function leaveHalfMade(name: string): Promise<void> {
  const path = await begin(name);
  await post(`${path}/kommo`, { token: secrets.wrongToken });
  await post(`${path}/kommo`, { url: secrets.kommoToken, token: secrets.kommoToken });
  await post(`${path}/kommo`, { url: kommo.url });
  const { apiKey, appKey, signingKey } = secrets;
  await post(`${path}/customerio`, {
    siteId: apiKey,
    apiKey: 'site-id',
    appKey: signingKey,
    signingKey: appKey,
  });
  await post(`${path}/customerio`, {
    siteId: 'site-id',
    apiKey,
    appKey,
    signingKey: secrets.wrongSigningKey,
  });
  await admin.ask('POST', `/api/kommo-access/${name}/code`, { code: secrets.wrongToken, account: kommo.url });
}

/** Of a connection that runs, of an account that refuses it, and of a request that is none. */
async function refuseSecrets(name: string): Promise<void> {
  const path = `/api/connections/${name}`;
  const { wrongToken, wrongSigningKey } = secrets;
  await admin.ask('PATCH', path, { kommo: { token: wrongToken } });
  await admin.ask('PATCH', path, { kommo: { url: wrongToken }, customerio: { region: wrongSigningKey } });
  await admin.ask('PATCH', path, { [wrongToken!]: wrongSigningKey });
  await admin.ask('POST', '/api/session', { name: wrongToken, password: wrongSigningKey });
  await fetch(`${url}/webhooks/kommo/${name}/${wrongToken}`, { method: 'POST', body: 'x' });
  await fetch(`${url}/api/connections?token=${wrongToken}`, {
    headers: { authorization: `Bearer ${wrongToken}` },
  });
}

async function playDeal(): Promise<void> {
  const contact = kommo.createContact({ name: 'Ann Lee', email: 'ann@acme.example' });
  const deal = kommo.createDeal({ name: 'Ann', price: 100, contactIds: [contact.id] });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
  await kommo.waitFor(() => kommo.notes(deal.id).length > 0);
}

/** Kommo refuses both connections, so that errors are logged, stored, sent and shown. */
async function holdLane(): Promise<void> {
  kommo.revokeToken();
  kommo.revokeOAuth();
  const contact = kommo.createContact({ name: 'Ben Ray', email: 'ben@acme.example' });
  const deal = kommo.createDeal({ name: 'Ben', price: 100, contactIds: [contact.id] });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
  await until(async () => expect(JSON.stringify((await admin.get('/api/health')).body)).toContain('broken'));
}

/** The tokens of beta, opened with the key. */
function grantIn(rows: string, keyring: Keyring): { access: string; refresh: string } {
  for (const [sealed] of rows.matchAll(/s1\.[\w-]+\.[\w-]+/g))
    try {
      const { access, refresh } = JSON.parse(keyring.open(sealed, SEAL_CONTEXTS.kommoGrant('beta')));
      return { access, refresh };
    } catch {
      // Another secret.
    }
  throw new Error('The backup has no grant of beta.');
}

/** What stands for a part of a path or query, of each connection. */
const VALUES = [
  { connection: 'acme', name: 'acme', id: '1', event: '1', query: 'ann@acme.example', from: '1', to: '1' },
  { connection: 'beta', name: 'beta', id: '2', event: '2', query: 'ben@acme.example', from: '1', to: '1' },
  { name: 'gamma', id: '3' },
] as Record<string, string>[];

/** All that can be read by the API, for each connection and the unfinished one. */
function readPaths(): string[] {
  const reading = Object.values(routes as Record<string, Route>).filter(
    ({ method, stream }) => method === 'GET' && !stream,
  );
  return reading.flatMap(({ path, query }) => {
    const keys = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
    const paths = VALUES.map((values) => {
      const search = keys.filter((key) => values[key] !== undefined).map((key) => `${key}=${values[key]}`);
      return `${path.replace(/:(\w+)/g, (_, key: string) => values[key] ?? '1')}?${search.join('&')}`;
    });
    return [...new Set(paths)];
  });
}

/** The secrets that Stagepost has made, and those that were granted, which a backup has in their encrypted form. */
async function readInstallation(): Promise<void> {
  secrets.key = readFileSync(join(folder, 'data/secret.key'), 'utf8').match(/^[^#\n]+$/m)![0];
  secrets.serverToken = JSON.parse(readFileSync(join(folder, 'data/stagepost.lock'), 'utf8')).token;
  expect(await stagepost('backup', 'all.backup')).toMatchObject({ code: 0 });
  const file = readFileSync(join(folder, 'all.backup'));
  const start = file.indexOf(ZSTD_MAGIC);
  backupRows = file.subarray(0, start).toString('latin1') + zstdDecompressSync(file.subarray(start));
  Object.assign(secrets, grantIn(backupRows, new Keyring([Buffer.from(secrets.key, 'base64')])));
}

/** All files of a folder, by their path in it. */
function filesIn(root: string): [string, Buffer][] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [relative(root, path), readFileSync(path)]);
}

const leaked = (parts: [string, string | Buffer][]) =>
  parts.flatMap(([name, text]) => secretsIn(text, secrets).map((secret) => `${secret} in ${name}`));

describe('no secret is in', () => {
  it('the data on the disk, but for the key and the token of the running server, which are only for this user', () => {
    const own = ['secret.key', 'stagepost.lock'];
    for (const name of own) expect(statSync(join(folder, 'data', name)).mode & 0o777).toBe(0o600);
    const files = filesIn(join(folder, 'data')).filter(([name]) => !own.includes(name));
    expect(files.length).toBeGreaterThan(100);
    expect(leaked(files)).toEqual([]);
  });

  it('a backup', () => {
    expect(backupRows).toMatch(/kommo_grants.*\n\["beta"/);
    expect(leaked([['backup', backupRows]])).toEqual([]);
  });

  it('the answers of the API', async () => {
    const answers: [string, string][] = [];
    for (const path of readPaths()) answers.push([path, JSON.stringify((await admin.get(path)).body)]);
    const refused = answers.filter(([, text]) => text.includes('"error":'));
    expect(refused.length).toBeLessThan(answers.length / 2);
    for (const name of ['acme', 'beta']) {
      const exported = await post(`/api/connections/${name}/export`);
      const checks = await post('/api/checks', { connection: name });
      answers.push([name, JSON.stringify({ exported, checks })]);
    }
    expect(leaked(answers)).toEqual([]);
  });

  it('the stream of the activity', async () => {
    endStream.abort();
    const text = await stream;
    expect(text).toContain('data:');
    expect(leaked([['stream', text]])).toEqual([]);
  });

  it('the metrics, the health, and the description of the API', async () => {
    const headers = { authorization: `Bearer ${secrets.metricsToken}` };
    const pages: [string, string][] = [];
    for (const path of ['/metrics', '/health/live', '/health/ready?strict', '/api/openapi.json'])
      pages.push([path, await (await fetch(url + path, { headers })).text()]);
    expect(pages[0]![1]).toContain('stagepost_');
    expect(leaked(pages)).toEqual([]);
  });

  it('what the commands print', async () => {
    const commands = [
      ...[['connections', 'list', '--json'], ['config', 'check', '--json'], ['doctor', '--json'], ['doctor']],
      ...[
        ['failures', '--json'],
        ['held', 'list'],
        ['trace', 'ann@acme.example'],
        ['trace', 'ben@acme.example', '--json'],
      ],
      ...[
        ['config', 'export', '--connection', 'beta'],
        ['backfill', 'list'],
        ['alerts', 'test'],
      ],
    ];
    const outputs: [string, string][] = [];
    for (const args of commands) {
      const { out, err } = await stagepost(...args);
      outputs.push([args.join(' '), out + err]);
    }
    expect(outputs[0]![1]).toContain('beta');
    expect(leaked(outputs)).toEqual([]);
  });

  it('an exported file but the one with the secrets, which is only for this user', async () => {
    for (const name of ['acme', 'beta'])
      expect(await stagepost('connections', 'export', name, '--to', `files-${name}`)).toMatchObject({
        code: 0,
      });
    const files = ['acme', 'beta'].flatMap((name) => filesIn(join(folder, `files-${name}`)));
    const [inEnv, others] = [true, false].map((isEnv) =>
      files.filter(([name]) => name.endsWith('.env') === isEnv),
    );
    expect(leaked(others!)).toEqual([]);
    expect(inEnv).toHaveLength(2);
    for (const name of ['acme', 'beta'])
      expect(statSync(join(folder, `files-${name}/stagepost.env`)).mode & 0o777).toBe(0o600);
    // Two installations with one grant would end each other's access.
    expect(leaked(inEnv!).filter((found) => /^(access|refresh) /.test(found))).toEqual([]);
    expect(leaked(inEnv!).filter((found) => found.startsWith('apiKey'))).toHaveLength(2);
  });

  it('the arguments and titles of the processes', () => {
    const all = execFileSync('ps', ['-eo', 'pid,ppid,args', 'ww'], { encoding: 'utf8' });
    expect(all).toContain(`--public-url ${url}`);
    expect(leaked([['ps', all]])).toEqual([]);
  });

  it('the log', () => {
    expect(logged.filter((line) => line.includes('the connection runs'))).toHaveLength(2);
    expect(leaked(logged.map((line) => [line.slice(0, 200), line]))).toEqual([]);
  });
});
