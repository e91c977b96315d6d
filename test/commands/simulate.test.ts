import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type SimulateOptions, simulate, startSimulation } from '../../src/commands/simulate/simulate.ts';
import { variablesOf } from '../../src/commands/simulate/variables.ts';
import { loadConfig } from '../../src/config/index.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagepost-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options: SimulateOptions = {
  ...{ kommoPort: 0, customerioPort: 0, boardPort: 0, host: '127.0.0.1' },
  ...{ deals: 3, seed: 1, timeScale: 1, rateLimit: true },
};

async function simulation(more: Partial<SimulateOptions> = {}) {
  const started = await startSimulation({ ...options, ...more });
  onTestFinished(started.close);
  return started;
}

test('examples/stagepost.yaml loads with the variables and nothing else', async () => {
  const { kommo, customerio } = await simulation();
  const file = join(import.meta.dirname, '../../examples/stagepost.yaml');
  const text = readFileSync(file, 'utf8');
  const env = variablesOf(kommo, customerio, undefined);
  const loaded = loadConfig({ text, file, env });
  expect(loaded.ok).toBe(true);
  expect(
    [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name).filter((name) => name !== 'NAME'),
  ).toEqual(Object.keys(env).filter((name) => !name.startsWith('STAGEPOST_')));
});

test('receivers that are given get webhooks and reports, and the secret is that of their address', async () => {
  const webhookUrl = 'http://127.0.0.1:9/webhooks/kommo/acme/my-own-secret-0123';
  const { kommo, customerio } = await simulation({ webhookUrl, reportUrl: 'http://127.0.0.1:9/reports' });
  expect(kommo.hooks()).toMatchObject([{ destination: webhookUrl }]);
  expect(customerio.reportingWebhooks()).toMatchObject([{ endpoint: 'http://127.0.0.1:9/reports' }]);
  expect(variablesOf(kommo, customerio, webhookUrl).KOMMO_WEBHOOK_SECRET).toBe('my-own-secret-0123');
});

test('one seed gives the same deals', async () => {
  const names = async (seed: number) =>
    (await simulation({ seed })).kommo.deals().map(({ name, stage, price }) => `${name} ${stage} ${price}`);
  expect(await names(7)).toEqual(await names(7));
  expect(await names(7)).not.toEqual(await names(8));
});

test('switches and campaigns are set', async () => {
  const { kommo, customerio } = await simulation({
    switch: ['kommo.linkHooks=none', 'customerio.triggerEventIds=event_id'],
    campaign: ['welcome=Hello'],
  });
  expect([kommo.switches.linkHooks, customerio.switches.triggerEventIds]).toEqual(['none', 'event_id']);
});

test.each([
  [{ switch: ['linkHooks=none'] }, /kommo\.NAME=POSITION/],
  [{ switch: ['kommo.linkHooks=both'] }, /one of lead, lead_and_contact, none/],
  [{ campaign: ['welcome'] }, /EVENT=SUBJECT/],
  [{ tlsCert: 'cert.pem' }, /both --tls-cert and --tls-key/],
  [{ timeScale: 0 }, /1 or more/],
])('%o is refused in words', async (wrong, words) => {
  await expect(startSimulation({ ...options, ...wrong })).rejects.toThrow(words);
});

test('a port in use is refused with its option, and what was started before is stopped', async () => {
  const { kommo, customerio } = await simulation();
  const taken = Number(new URL(customerio.url).port);
  const free = await simulation();
  const kommoPort = Number(new URL(free.kommo.url).port);
  await free.close();
  await expect(startSimulation({ ...options, kommoPort, customerioPort: taken })).rejects.toThrow(
    'Choose another with --customerio-port',
  );
  await expect(fetch(`http://127.0.0.1:${kommoPort}/`)).rejects.toThrow();
  expect(kommo.url).not.toBe(free.kommo.url);
});

test('a file that somebody else has written is left alone', async () => {
  const out = join(folder, 'real.env');
  writeFileSync(out, 'KOMMO_TOKEN=real\n');
  await expect(simulate({ ...options, out })).rejects.toThrow(/exists, and this command has not written it/);
  expect(readFileSync(out, 'utf8')).toBe('KOMMO_TOKEN=real\n');
});

test('as a program it writes the variables for its user only, and ends at Ctrl+C', async () => {
  const ports = ['--kommo-port', '0', '--customerio-port', '0', '--board-port', '0'];
  const child = spawnStagepost(['simulate', ...ports, '--out', 'stagepost.env'], { folder, env: {} });
  const ended = finish(child);
  let out = '';
  for await (const part of child.stdout!) {
    out += String(part);
    if (out.includes('Ctrl+C')) break;
  }
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, err: '' });
  const file = join(folder, 'stagepost.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^CUSTOMERIO_APP_URL=http:\/\/127\.0\.0\.1:\d+$/m);
}, 20_000);
