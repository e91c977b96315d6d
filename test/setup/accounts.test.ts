import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../src/commands/data/api-client.ts';
import type { Dialog } from '../../src/commands/init/dialog.ts';
import { runInit } from '../../src/commands/init/init.ts';
import type { Given } from '../../src/commands/init/session.ts';
import type { Setup, SetupFinding } from '../../src/setup/schemas.ts';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';

/*
 * The answers of a setup are checked at once against both accounts, in words, and no answer of the API and no line of the log
 * holds a secret.
 */

let rig: SetupRig;
beforeAll(async () => {
  rig = await startSetupRig();
});
afterAll(() => rig?.close());

let path: string;
let number = 0;
beforeEach(async () => {
  const { body } = await rig.admin.ask('POST', '/api/setup/connections', { name: `acme-${++number}` });
  path = `/api/setup/connections/${body.name}`;
});

async function answer(step: 'kommo' | 'customerio', body: object): Promise<Setup> {
  const { status, body: setup } = await rig.admin.ask('POST', `${path}/${step}`, body);
  expect([status, setup.error]).toEqual([200, undefined]);
  return setup;
}

const levels = (findings: SetupFinding[]) => findings.map(({ level, code }) => `${level} ${code}`);

describe('the step about Kommo', () => {
  it('says which account it is, who the token is, and until when', async () => {
    const { kommo } = await answer('kommo', { url: rig.kommo.url, token: rig.kommo.token });
    expect(kommo).toMatchObject({
      ...{ state: 'done', access: 'token', hasToken: true, url: rig.kommo.url },
      account: { name: expect.any(String), currency: 'USD', timezone: expect.any(String) },
      user: { isAdmin: true },
    });
    expect(kommo.findings[0]).toMatchObject({ level: 'good', sentence: expect.stringContaining('USD') });
  });

  it('takes address and token one after the other, and from different people', async () => {
    const { kommo: first } = await answer('kommo', { url: rig.kommo.url });
    expect(first).toMatchObject({ state: 'incomplete', needs: [{ field: 'token' }], findings: [] });
    const { kommo } = await answer('kommo', { token: `  Bearer ${rig.kommo.token}\n` });
    expect(kommo.state).toBe('done');
  });

  it('refuses addresses of others than Kommo at the field, and never calls them', async () => {
    const { kommo } = await answer('kommo', { url: rig.customerio.url, token: rig.kommo.token });
    expect(levels(kommo.findings)).toEqual(['problem kommo_address_invalid']);
    expect(kommo).toMatchObject({ state: 'incomplete', url: null, findings: [{ field: 'url' }] });
  });

  it('says what is wrong with a token that Kommo refuses', async () => {
    const { kommo } = await answer('kommo', { url: rig.kommo.url, token: 'eyJhbGciOi' });
    expect(kommo.findings).toMatchObject([
      { code: 'kommo_token_refused', field: 'token', todo: expect.stringContaining('cut off') },
    ]);
  });

  it('notices that another plan is needed for webhooks, and offers to read the changes instead', async () => {
    const match = { method: 'GET', path: /\/webhooks$/ };
    rig.kommo.faults.add({ kind: 'status', status: 402, times: 1, match });
    const { kommo } = await answer('kommo', { url: rig.kommo.url, token: rig.kommo.token });
    expect(kommo).toMatchObject({ state: 'done', pollingNeeded: true, changes: 'polling' });
    expect(levels(kommo.findings)).toContain('warning kommo_plan_without_webhooks');
  });

  it('is asked again when the browser comes back, and its answers are there', async () => {
    await answer('kommo', { url: rig.kommo.url, token: rig.kommo.token });
    await rig.restart();
    const { body } = await rig.admin.get(path);
    expect(body).toMatchObject({ next: 'customerio', kommo: { state: 'done', hasToken: true } });
  });
});

describe('the step about Customer.io', () => {
  const keys = () => {
    const { siteId, apiKey, appKey, signingKey } = rig.customerio.credentials;
    return { siteId, apiKey, appKey, signingKey };
  };

  it('finds region and workspace', async () => {
    const { customerio } = await answer('customerio', keys());
    expect(customerio).toMatchObject({ state: 'done', region: 'us', workspace: '3', hasAppKey: true });
    expect(levels(customerio.findings)).toEqual([
      'good cio_accepted',
      'good cio_app_key_accepted',
      expect.stringMatching(/cio_(no_)?event_campaigns/),
      'note cio_signing_key_unproven',
    ]);
  });

  it('recognises keys that are swapped', async () => {
    const { siteId, apiKey } = keys();
    const { customerio } = await answer('customerio', { siteId: apiKey, apiKey: siteId });
    expect(customerio.findings[0]).toMatchObject({
      ...{ code: 'cio_keys_refused', field: 'apiKey' },
      todo: 'The Site ID and the API key are swapped: exchange them.',
    });
  });

  it('goes on without an App API key, and then shows what to click', async () => {
    const { appKey: _, ...others } = keys();
    const { customerio } = await answer('customerio', others);
    expect(customerio).toMatchObject({ state: 'done', reporting: { way: 'by_hand' } });
    expect(customerio.reporting.clicks.join('\n')).toContain(`${rig.app.url}/webhooks/customerio/acme-`);
  });

  it('makes the reporting webhook, switched off, so that its page shows the signing key', async () => {
    const { signingKey: _, ...others } = keys();
    await answer('customerio', others);
    await answer('customerio', { prepareReporting: true });
    const { customerio } = await answer('customerio', { prepareReporting: true });
    const name = `Stagepost ${path.split('/').at(-1)}`;
    expect(customerio.reporting).toMatchObject({ isPrepared: true, name });
    expect(customerio.reporting.clicks.join('\n')).toContain(name);
    const made = rig.customerio.reportingWebhooks().filter((webhook) => webhook.name === name);
    expect(made).toMatchObject([{ endpoint: customerio.reporting.endpoint, disabled: true }]);
  });

  it('says in words why it cannot make the reporting webhook', async () => {
    const { signingKey: _, appKey: __, ...others } = keys();
    const { customerio } = await answer('customerio', { ...others, prepareReporting: true });
    expect(levels(customerio.findings)).toContain('problem cio_reporting_not_prepared');
    expect(customerio.reporting.isPrepared).toBe(false);
  });

  it.each(['text', 'object'] as const)(
    'reads the signing key once with a service account, and keeps nothing of it (%s)',
    async (shape) => {
      rig.customerio.switches.signingSecretShape = shape;
      const { signingKey: _, ...others } = keys();
      const serviceAccountToken = rig.customerio.credentials.serviceAccount;
      const { customerio } = await answer('customerio', { ...others, serviceAccountToken });
      expect(customerio).toMatchObject({
        ...{ state: 'done', hasSigningKey: true, signingKeyFrom: 'service_account' },
      });
      expect(levels(customerio.findings)).toContain('good cio_signing_key_read');
    },
  );

  it('says that a service account is refused, and leaves the other answers', async () => {
    const { signingKey: _, ...others } = keys();
    const { customerio } = await answer('customerio', { ...others, serviceAccountToken: 'sa_live_wrong' });
    expect(customerio).toMatchObject({ state: 'incomplete', needs: [{ field: 'signingKey' }], region: 'us' });
    expect(levels(customerio.findings)).toContain('problem cio_service_account_refused');
  });
});

it('no answer and no line of the log holds a secret, and neither does the database', async () => {
  const { kommo, customerio, admin, app, log } = rig;
  const { siteId, apiKey, appKey, signingKey, serviceAccount } = customerio.credentials;
  await answer('kommo', { url: kommo.url, token: kommo.token });
  await answer('customerio', {
    siteId,
    apiKey,
    appKey,
    signingKey: null,
    serviceAccountToken: serviceAccount,
  });
  const answers = [
    await admin.get(path),
    await admin.get('/api/setup/connections'),
    await admin.get('/api/audit'),
  ];
  const rows = await app.database.db.selectFrom('connection_setups').selectAll().execute();
  const seen = JSON.stringify([answers.map(({ body }) => body), rows, log]);
  const secrets = [kommo.token, apiKey, appKey, signingKey, serviceAccount];
  expect(secrets.filter((text) => seen.includes(text))).toEqual([]);
});

it('a setup can be deleted, and its name used again', async () => {
  expect((await rig.admin.ask('DELETE', path)).status).toBe(200);
  expect((await rig.admin.get(path)).status).toBe(404);
  const name = path.split('/').at(-1);
  expect((await rig.admin.ask('POST', '/api/setup/connections', { name })).status).toBe(200);
  expect((await rig.admin.ask('POST', '/api/setup/connections', { name })).status).toBe(409);
});

it('begun without a name, it gets that of the account, and another one where that is in use', async () => {
  const begin = async () =>
    (await rig.admin.ask('POST', '/api/setup/connections', { kommoUrl: 'Gamma.kommo.com/leads' })).body;
  expect((await begin()).name).toBe('gamma');
  expect((await begin()).name).toBe('gamma-2');
});

it('an access that was granted by OAuth fills in the step about Kommo, and the connection keeps it', async () => {
  const { admin, kommo, customerio } = rig;
  const access = path.replace('/setup/connections/', '/kommo-access/');
  const { clientId, clientSecret } = kommo.oauth;
  await admin.ask('POST', `${access}/integration`, { clientId, clientSecret });
  kommo.oauth.redirectUri = (await admin.get(access)).body.redirectUri;
  await admin.ask('POST', `${access}/code`, { code: kommo.issueCode(), account: kommo.url });
  await expect
    .poll(async () => (await admin.get(path)).body.kommo, { timeout: 20_000 })
    .toMatchObject({ state: 'done', access: 'oauth', url: kommo.url, hasToken: false });
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  await answer('customerio', { siteId, apiKey, appKey, signingKey });
  await admin.ask('POST', `${path}/rules`, { recipes: [{ recipe: 'onboarding', choices: {} }] });
  await admin.ask('POST', `${path}/finish`, {});
  const finish = async (): Promise<Setup['finish']> => (await admin.get(path)).body.finish;
  await expect.poll(async () => (await finish()).isRunning, { timeout: 60_000 }).toBe(false);
  expect((await finish()).parts.filter(({ state }) => state === 'failed')).toEqual([]);
});

describe('stagepost init', () => {
  const printed: string[] = [];

  /** A person who answers questions by their beginnings, and takes what is suggested for all others. */
  function dialog(answers: Record<string, string> | null): Dialog {
    const answer = (question: string, suggested = '') => {
      if (answers === null) throw new Error(`Nobody answers ${question}`);
      const known = Object.keys(answers).find((start) => question.startsWith(start));
      return known === undefined ? suggested : answers[known]!;
    };
    return {
      isInteractive: answers !== null,
      print: (text) => void printed.push(text),
      ask: async (question, suggested) => answer(question, suggested),
      askSecret: async (question) => answer(question),
    };
  }

  const run = (answers: Record<string, string> | null, given: Partial<Given>) =>
    runInit(
      new ApiClient({ url: rig.app.localUrl, token: rig.app.token }),
      dialog(answers),
      { recipes: [], choices: {}, yes: false, ...given },
      null,
    );

  it('asks for what is missing, takes up what was begun in the browser, and sets both sides up', async () => {
    await answer('kommo', { url: rig.kommo.url, token: rig.kommo.token });
    const { siteId, apiKey, appKey, serviceAccount } = rig.customerio.credentials;
    const name = path.split('/').at(-1)!;
    const keys = {
      'Site ID': siteId,
      'API key': apiKey,
      'App API key': appKey,
      'Signing key': serviceAccount,
    };
    await run({ ...keys, 'Numbers to switch': '' }, { name });
    const text = printed.join('\n');
    expect(text).toContain('✓ The connection');
    expect(text).toContain(`${name} is connected.`);
    expect(
      [apiKey, appKey, serviceAccount, rig.kommo.token].filter((secret) => text.includes(secret)),
    ).toEqual([]);
    expect(rig.app.supervisors.has(name)).toBe(true);
  });

  it('without a terminal says what is missing, and keeps what was answered', async () => {
    const name = path.split('/').at(-1)!;
    const given = { name, kommoUrl: rig.kommo.url, kommoToken: 'eyJwrong', yes: true };
    await expect(run(null, given)).rejects.toThrow('does not accept this access');
    expect((await rig.admin.get(path)).body.kommo).toMatchObject({ hasToken: true, state: 'incomplete' });
  });
});
