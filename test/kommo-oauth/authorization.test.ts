import { createHmac, randomBytes } from 'node:crypto';
import { systemClock } from 'pg-boss';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import type { ConfiguredAccess } from '../../src/kommo-oauth/configured-access.ts';
import type { KommoAccess } from '../../src/kommo-oauth/kommo-access.ts';
import type { RedirectQuery } from '../../src/kommo-oauth/redirect.ts';
import { KEY_BYTES, Keyring } from '../../src/secrets/keyring.ts';
import type { Database } from '../../src/store/database/database.ts';
import { openTestDatabase } from '../support/databases.ts';
import { openKommoAccess } from '../support/kommo-access.ts';

const REDIRECT = 'https://stagepost.example.com/oauth/kommo';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

let kommo: KommoSimulator;
let access: KommoAccess;
let configured: ConfiguredAccess | null;
let grantedNames: string[];
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  kommo = await startKommoSimulator({ rateLimit: false, oauth: { redirectUri: REDIRECT } });
  configured = null;
  grantedNames = [];
  access = openKommoAccess({
    ...{ db: database.db, keyring: new Keyring([randomBytes(KEY_BYTES)]), simulated: [kommo.url] },
    configured: () => configured,
    clock: Object.assign(Object.create(systemClock), { now: () => Date.now() + passedMs }),
    onGranted: async ({ name }) => void grantedNames.push(name),
  });
  await access.remove('acme');
});
afterEach(async () => {
  await access.stop();
  await kommo.close();
});

const host = () => new URL(kommo.url).host;

async function withIntegration(account: string | null = null): Promise<void> {
  const { clientId, clientSecret } = kommo.oauth;
  await access.authorization.setIntegration('acme', { clientId, clientSecret }, account);
}

/** What Kommo appends to the redirect URL after somebody has answered its window. */
async function answered(address: string, answer = { allow: true }): Promise<RedirectQuery> {
  const { searchParams } = new URL((await kommo.answerWindow(address, answer))!);
  return {
    ...{ code: searchParams.get('code'), state: searchParams.get('state'), error: searchParams.get('error') },
    ...{ referer: searchParams.get('referer'), clientId: searchParams.get('client_id') },
  };
}

const begin = async (browser: string | null = null) =>
  (await access.authorization.start('acme', 'integration', browser))!;

/** What a call of Kommo without a state brings. */
const installation = (part: Partial<RedirectQuery> = {}): RedirectQuery => ({
  ...{ code: kommo.issueCode(), state: null, error: null, referer: host(), clientId: kommo.oauth.clientId },
  ...part,
});

const versionOfGrant = async () =>
  (await database.db.selectFrom('kommo_grants').select('version').executeTakeFirstOrThrow()).version;
/** Access as it is shown. */
const status = () => access.status('acme');

describe('an integration that was made by hand', () => {
  it('is granted in Kommo’s window, and says who has granted it, with which rights', async () => {
    await withIntegration();
    expect(await status()).toMatchObject({ state: 'waiting', kind: 'oauth', of: 'setup' });
    const { address } = await begin();
    expect((await status()).attempt).toMatchObject({ state: 'open' });
    expect(await access.authorization.redirected(await answered(address), null)).toEqual({
      ok: true,
      name: 'acme',
    });
    expect(grantedNames).toEqual(['acme']);
    await expect.poll(async () => (await status()).grantedBy?.name).toBe('Anna Keller');
    const shown = await status();
    expect(shown).toMatchObject({
      ...{ state: 'granted', isAdmin: true, account: { name: 'Acme', url: kommo.url } },
      ...{ attempt: { state: 'done' }, todo: null },
    });
    expect(shown.sentence).toBe(
      'Anna Keller (anna@acme.example) has granted access. Stagepost renews it by itself.',
    );
    expect(JSON.stringify(shown)).not.toContain(kommo.oauth.clientSecret);
  });

  it('granted by somebody who is no administrator says what is missing', async () => {
    await withIntegration();
    const code = kommo.issueCode(kommo.oauth.clientId, 8_375_358);
    await access.authorization.pasted('acme', code, kommo.url);
    await expect.poll(async () => (await status()).isAdmin).toBe(false);
    const { grantedBy, rights, todo } = await status();
    expect(grantedBy).toEqual({ id: 8_375_358, name: null, email: null });
    expect(rights.filter(({ isGranted }) => !isGranted).map(({ what }) => what)).toContain('users');
    expect(todo).toBe('Let an administrator of the Kommo account grant access instead.');
  });

  it('that is not allowed says so', async () => {
    await withIntegration();
    const { address } = await begin();
    const result = await access.authorization.redirected(await answered(address, { allow: false }), null);
    expect(result).toMatchObject({ ok: false, code: 'denied' });
    expect((await status()).attempt).toMatchObject({ state: 'failed', code: 'denied' });
  });
});

describe('a state', () => {
  it('is good once', async () => {
    await withIntegration();
    const query = await answered((await begin()).address);
    await access.authorization.redirected({ ...query, error: 'access_denied' }, null);
    expect(await access.authorization.redirected(query, null)).toMatchObject({ code: 'expired' });
  });

  it('that nobody has begun is refused before anything is asked of Kommo', async () => {
    await withIntegration();
    const query = { ...installation(), state: 'made up' };
    expect(await access.authorization.redirected(query, null)).toEqual({
      ...{ ok: false, name: null, code: 'expired', detail: null },
    });
    expect(kommo.requests.total).toBe(0);
  });

  it('is bound to the browser that has begun it: nobody else’s brings a code', async () => {
    await withIntegration();
    const query = await answered((await begin('browser a')).address);
    for (const browser of ['browser b', null])
      expect(await access.authorization.redirected(query, browser)).toMatchObject({ code: 'other_browser' });
    expect(await access.authorization.redirected(query, 'browser a')).toMatchObject({ ok: true });
  });

  it('is stored as a hash', async () => {
    await withIntegration();
    const state = new URL((await begin('secret of the browser')).address).searchParams.get('state')!;
    const rows = JSON.stringify(await database.db.selectFrom('kommo_authorizations').selectAll().execute());
    for (const secret of [state, 'secret of the browser']) expect(rows).not.toContain(secret);
  });

  it('comes from Kommo’s hosts only, since the secret key is sent there', async () => {
    await withIntegration();
    for (const referer of [
      'evil.example',
      'acme.kommo.com.evil.example',
      '127.0.0.1:1',
      'user@acme.kommo.com',
    ]) {
      const query = { ...(await answered((await begin()).address)), referer };
      expect(await access.authorization.redirected(query, null)).toMatchObject({ code: 'foreign_host' });
    }
    expect(kommo.requests.total).toBe(0);
  });
});

describe('the button', () => {
  const secrets = { clientId: 'made', clientSecret: 'key of made' };
  const beginButton = async () => {
    const { address } = (await access.authorization.start('acme', 'button', null))!;
    return new URL(address).searchParams;
  };

  it('says where Kommo sends the secrets, and asks for both scopes', async () => {
    const query = await beginButton();
    expect(query.getAll('scopes[]')).toEqual(['crm', 'notifications']);
    expect(Object.fromEntries(query)).toMatchObject({
      ...{ redirect_uri: REDIRECT, secrets_uri: `${REDIRECT}/secrets`, name: 'Stagepost' },
      ...{ logo: 'https://stagepost.example.com/logo.png', origin: 'https://stagepost.example.com' },
    });
  });

  it('takes the secrets once', async () => {
    const state = (await beginButton()).get('state')!;
    expect(await access.authorization.takeSecrets(state, secrets)).toBe('stored');
    expect((await status()).attempt).toMatchObject({ state: 'secrets' });
    const other = { ...secrets, clientSecret: 'of a stranger' };
    expect(await access.authorization.takeSecrets(state, other)).toBe('again');
    expect(await access.authorization.takeSecrets('made up', secrets)).toBe('unknown');
  });

  it('without the secrets is no grant', async () => {
    const state = (await beginButton()).get('state');
    const query = { ...installation(), state };
    expect(await access.authorization.redirected(query, null)).toMatchObject({ code: 'no_secrets' });
  });

  it('does not touch a grant before it is complete', async () => {
    await withIntegration();
    await access.authorization.pasted('acme', kommo.issueCode(), kommo.url);
    const state = (await beginButton()).get('state')!;
    await access.authorization.takeSecrets(state, secrets);
    await access.authorization.redirected({ ...installation({ clientId: 'made' }), state }, null);
    expect(await status()).toMatchObject({
      state: 'granted',
      integration: { clientId: kommo.oauth.clientId },
    });
  });
});

describe('an installation in Kommo, which has no state', () => {
  it('is enough for a setup that waits for this account and integration', async () => {
    await withIntegration(kommo.url);
    expect(await access.authorization.installed(installation())).toMatchObject({ ok: true, name: 'acme' });
  });

  it('chooses nothing by itself: another account, another integration, or access that is in force', async () => {
    await withIntegration();
    expect(await access.authorization.installed(installation())).toBeNull();
    await withIntegration('https://other.kommo.com');
    expect(await access.authorization.installed(installation())).toBeNull();
    await withIntegration(kommo.url);
    expect(await access.authorization.installed(installation({ clientId: 'other' }))).toBeNull();
    expect(await access.authorization.installed(installation({ referer: 'evil.example' }))).toBeNull();
    await access.authorization.installed(installation());
    expect(await access.authorization.installed(installation())).toBeNull();
  });

  it('with a code that Kommo refuses is not tried again at once: strangers could have Kommo block this address', async () => {
    await withIntegration(kommo.url);
    expect(await access.authorization.installed(installation({ code: 'made up' }))).toMatchObject({
      code: 'refused',
    });
    expect(await access.authorization.installed(installation())).toBeNull();
    passedMs = 5_000;
    expect(await access.authorization.installed(installation())).toMatchObject({ ok: true });
  });

  it('and the way back with the same code are one grant', async () => {
    await withIntegration(kommo.url);
    const { address } = await begin();
    const query = await answered(address);
    const results = await Promise.all([
      access.authorization.installed({ ...query, state: null }),
      access.authorization.redirected(query, null),
    ]);
    expect(results).toEqual([
      { ok: true, name: 'acme' },
      { ok: true, name: 'acme' },
    ]);
  });
});

describe('a pasted code', () => {
  it('is exchanged at the account that was named, and again is no mistake', async () => {
    await withIntegration();
    const code = kommo.issueCode();
    for (const _ of [1, 2])
      expect(await access.authorization.pasted('acme', code, host())).toMatchObject({ ok: true });
  });

  it('that Kommo refuses is refused with Kommo’s words, and without a secret', async () => {
    await withIntegration();
    const result = await access.authorization.pasted('acme', 'def502-made-up-code', kommo.url);
    expect(result).toMatchObject({ code: 'refused', detail: expect.stringContaining('Cannot decrypt') });
    expect(JSON.stringify(result)).not.toMatch(/made-up-code|client-secret/);
  });

  it('is not sent to a host that is not Kommo’s', async () => {
    await withIntegration();
    expect(await access.authorization.pasted('acme', 'code', 'kommo.com.evil.example')).toMatchObject({
      code: 'foreign_host',
    });
  });
});

describe('a connection', () => {
  it('stays with its account', async () => {
    const { clientId, clientSecret } = kommo.oauth;
    configured = {
      ...{ origin: 'https://acme.kommo.com', source: 'console', kind: 'oauth', redirectUri: REDIRECT },
      integration: { clientId, clientSecret },
    };
    expect(await access.authorization.pasted('acme', kommo.issueCode(), kommo.url)).toMatchObject({
      code: 'other_account',
    });
    expect(kommo.requests.total).toBe(0);
    configured.origin = kommo.url;
    expect(await access.authorization.pasted('acme', kommo.issueCode(), kommo.url)).toMatchObject({
      ok: true,
    });
  });
});

describe('a disconnection', () => {
  it('counts with Kommo’s signature only, and then shows whether the access is withdrawn', async () => {
    await withIntegration();
    await access.authorization.pasted('acme', kommo.issueCode(), kommo.url);
    const of = { clientId: kommo.oauth.clientId, accountId: String(kommo.account.id) };
    expect(await access.disconnected({ ...of, signature: '0'.repeat(64) })).toBe(false);
    expect(await access.disconnected({ ...of, signature: '' })).toBe(false);
    const signature = createHmac('sha256', kommo.oauth.clientSecret)
      .update(`${of.clientId}|${of.accountId}`)
      .digest('hex');
    passedMs = 120_000;
    const before = await versionOfGrant();
    // One of several people has withdrawn access, and this grant is still in force.
    expect(await access.disconnected({ ...of, signature })).toBe(true);
    await expect.poll(versionOfGrant).toBe(before + 1);
    expect(await status()).toMatchObject({ state: 'granted' });
    passedMs = 240_000;
    kommo.revokeOAuth();
    expect(await access.disconnected({ ...of, signature })).toBe(true);
    await expect.poll(async () => (await status()).state).toBe('revoked');
    expect((await status()).todo).toContain('Press "Authorize again"');
  });
});
