import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { adoptGrant } from '../../src/connections/oauth-access.ts';
import { formOf, sealedForm } from '../../src/connections/sealed-form.ts';
import type { Grant } from '../../src/kommo-oauth/grant.ts';
import { GrantStore } from '../../src/kommo-oauth/grant-store.ts';
import { GrantTokens } from '../../src/kommo-oauth/grant-tokens.ts';
import { createKommoHosts } from '../../src/kommo-oauth/hosts.ts';
import { type RenewalOptions, renewGrant } from '../../src/kommo-oauth/renewal.ts';
import { createTokenEndpoint, type TokenEndpoint } from '../../src/kommo-oauth/token-endpoint.ts';
import { KEY_BYTES, Keyring } from '../../src/secrets/keyring.ts';
import {
  changeStoredConnections,
  saveStoredConnection,
  storedConnections,
} from '../../src/store/connections/stored-connections.ts';
import type { Database } from '../../src/store/database/database.ts';
import { openTestDatabase } from '../support/databases.ts';

const HALF_A_DAY = 12 * 3_600_000;

let database: Database;
let store: GrantStore;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
  const keyring = new Keyring([randomBytes(KEY_BYTES)]);
  store = new GrantStore({
    ...{ db: async () => database.db, keyring: () => keyring, keyringForWriting: () => keyring },
    configured: () => null,
  });
});
afterAll(() => database.close());

let now: number;
let kommo: KommoSimulator;
let endpoint: TokenEndpoint;
beforeEach(async () => {
  now = 1_800_000_000_000;
  kommo = await startKommoSimulator({ rateLimit: false, now: () => now });
  const renamed = `http://localhost:${new URL(kommo.url).port}`;
  endpoint = createTokenEndpoint({ hosts: createKommoHosts([kommo.url, renamed]), timeoutMs: 2_000 });
});
afterEach(async () => {
  await endpoint.close();
  await kommo.close();
});

/** Grants access to `acme`, half a day ago. */
async function granted(): Promise<Grant> {
  const { clientId, clientSecret, redirectUri } = kommo.oauth;
  const integration = { clientId, clientSecret, redirectUri };
  const answer = await endpoint.exchange(kommo.url, integration, kommo.issueCode());
  if (answer.kind !== 'tokens') throw new Error(answer.reason);
  const { access, refresh, accessMs } = answer.pair;
  await store.save({
    ...{ name: 'acme', integration, origin: kommo.url, accountId: 31, codeHash: null, grantedAt: now },
    tokens: {
      ...{ access, issuedAt: now, accessEndsAt: now + accessMs },
      ...{ refresh, refreshEndsAt: now + 90 * 86_400_000, formerRefresh: null },
    },
    ...{ renewAt: now + HALF_A_DAY, revokedAt: null, trouble: null, failures: 0, grantee: null },
  });
  now += HALF_A_DAY;
  return stored();
}

const stored = async () => (await store.read('acme'))!;
const process = (parts: Partial<RenewalOptions> = {}): RenewalOptions => ({
  ...{ store, endpoint, claimant: randomUUID(), now: () => now, random: () => 0.5 },
  ...parts,
});
const tokensOf = (options = process()) =>
  new GrantTokens({
    ...{ name: 'acme', store, now: () => now, delay: async () => {} },
    renew: (grant) => renewGrant(grant, options),
  });
/** The status of a call with the tokens that a process has. */
async function callWith(tokens: GrantTokens): Promise<number> {
  const { value, origin } = await tokens.current();
  const headers = { authorization: `Bearer ${value}` };
  return (await fetch(`${origin}/api/v4/account`, { headers })).status;
}
/** As when the process that had it has died, and its claim has ended. */
const endClaim = () => database.db.updateTable('kommo_grants').set({ claimed_until: 0 }).execute();
const refreshes = () => kommo.requests.all().filter(({ path }) => path === '/oauth2/access_token').length - 1;

it('a renewal replaces both tokens, half a day before the access token ends', async () => {
  const before = await granted();
  const after = (await renewGrant(before, process()))!;
  expect(after.tokens!.formerRefresh).toBe(before.tokens!.refresh);
  expect(after.tokens!.accessEndsAt).toBe(now + 86_400_000);
  expect(after.renewAt! - now).toBe(HALF_A_DAY);
  expect(await stored()).toEqual(after);
  expect(await callWith(tokensOf())).toBe(200);
});

it('two processes that renew at the same time send one refresh token once, and both go on', async () => {
  kommo.switches.refreshRotation = 'strict';
  const grant = await granted();
  now += HALF_A_DAY;
  const processes = [tokensOf(), tokensOf(), tokensOf()];
  const tokens = await Promise.all(processes.map((each) => each.current()));
  expect(refreshes()).toBe(1);
  expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
  expect(tokens[0]!.value).not.toBe(grant.tokens!.access);
});

/**
 * The process ends at each step of a renewal, and another one goes on. Only where a refresh token works once can an answer that
 * was not stored not be made up for; then a person is asked.
 */
describe.each(['grace', 'strict'] as const)(
  'a process that dies during a renewal (%s rotation)',
  (rotation) => {
    class Killed extends Error {}
    const die = async () => {
      throw new Killed();
    };
    const steps: Record<string, { parts: () => Partial<RenewalOptions>; isAnswered: boolean }> = {
      'before its claim': {
        parts: () => ({ store: { claim: die, change: die } }),
        isAnswered: false,
      },
      'after its claim': {
        parts: () => ({ endpoint: { ...endpoint, refresh: die } }),
        isAnswered: false,
      },
      'after the answer': {
        parts: () => ({
          endpoint: { ...endpoint, refresh: (...call) => endpoint.refresh(...call).then(die) },
        }),
        isAnswered: true,
      },
      'before it stores the tokens': {
        parts: () => ({ store: { claim: (...call) => store.claim(...call), change: die } }),
        isAnswered: true,
      },
      'after it has stored the tokens': {
        parts: () => ({
          store: {
            claim: (...call) => store.claim(...call),
            change: (grant) => store.change(grant).then(die),
          },
        }),
        isAnswered: false,
      },
    };

    it.each(Object.keys(steps))('%s', async (step) => {
      kommo.switches.refreshRotation = rotation;
      const { parts, isAnswered } = steps[step]!;
      const grant = await granted();
      await expect(renewGrant(grant, process(parts()))).rejects.toThrow(Killed);
      await endClaim();
      now += HALF_A_DAY;
      const tokens = tokensOf();
      const mustAuthorize = rotation === 'strict' && isAnswered;
      if (mustAuthorize) {
        await expect(tokens.current()).rejects.toThrow('Press "Authorize again"');
        expect(await stored()).toMatchObject({ revokedAt: now, renewAt: null });
      } else expect(await callWith(tokens)).toBe(200);
    });
  },
);

it('until the claim of a dead process ends, nobody else sends the refresh token', async () => {
  const grant = await granted();
  await store.claim(grant, 'dead', 60_000);
  expect(await renewGrant(grant, process())).toBeNull();
  expect(refreshes()).toBe(0);
});

it('a lost answer is made up for with the former refresh token', async () => {
  const grant = await granted();
  kommo.faults.add({ kind: 'reset_after', times: 1, match: { path: /access_token/ } });
  const failed = (await renewGrant(grant, process()))!;
  expect(failed).toMatchObject({
    failures: 1,
    revokedAt: null,
    trouble: expect.stringContaining('No answer'),
  });
  expect(failed.renewAt! - now).toBeLessThanOrEqual(30_000);
  const renewed = (await renewGrant(failed, process()))!;
  expect(renewed).toMatchObject({ failures: 0, trouble: null });
});

it('a block of the account is no revocation', async () => {
  const grant = await granted();
  kommo.block();
  expect(await renewGrant(grant, process())).toMatchObject({ revokedAt: null, failures: 1 });
});

it('access that was withdrawn is revoked, and the access token is used as long as it works', async () => {
  const grant = await granted();
  const tokens = tokensOf();
  expect(await tokens.current()).toMatchObject({ value: grant.tokens!.access });
  kommo.revokeOAuth();
  const error = await tokens.refused(await tokens.current()).catch((caught) => caught);
  expect(error).toMatchObject({ failure: 'unauthorized', status: 401 });
  expect(error.message).toContain('Token has been revoked');
  const sent = refreshes();
  await expect(tokens.current()).rejects.toThrow('Press "Authorize again"');
  expect(refreshes()).toBe(sent);
});

it('an access token that is refused although it was just renewed is not renewed again and again', async () => {
  await granted();
  const tokens = tokensOf();
  const renewed = await tokens.refused(await tokens.current());
  expect(await tokens.refused(renewed!)).toBeNull();
  expect(refreshes()).toBe(1);
  now += 5 * 60_000;
  expect(await tokens.refused(renewed!)).not.toBeNull();
});

it('a token that another process has renewed is taken without a renewal', async () => {
  const grant = await granted();
  const tokens = tokensOf();
  const old = await tokens.current();
  const renewed = (await renewGrant(grant, process()))!;
  expect(await tokens.refused(old)).toMatchObject({ value: renewed.tokens!.access });
  expect(refreshes()).toBe(1);
});

it('a renamed account is found by its refresh token', async () => {
  const grant = await granted();
  const host = `localhost:${new URL(kommo.url).port}`;
  kommo.rename(host);
  expect(await renewGrant(grant, process())).toMatchObject({ origin: `http://${host}`, revokedAt: null });
  const tokens = tokensOf();
  expect(await callWith(tokens)).toBe(200);
  expect(tokens.origin).toBe(`http://${host}`);
});

it('the stored connection of a renamed account gets its new address and keeps everything else', async () => {
  const { name, integration } = await granted();
  const keyring = new Keyring([randomBytes(KEY_BYTES)]);
  const { redirectUri: redirect_uri, clientId: client_id, clientSecret: client_secret } = integration;
  const form = {
    settings: { kommo: { url: 'https://acme.kommo.com', requests_per_second: '3' } },
    secrets: { kommo: { oauth: { client_id, client_secret, redirect_uri }, webhook_secret: 'a-secret' } },
  };
  await changeStoredConnections(database.db, (trx) =>
    saveStoredConnection(trx, sealedForm(name, form, keyring), now),
  );
  const adopt = () =>
    adoptGrant(
      database.db,
      () => keyring,
      { name, integration, origin: 'https://acme-group.kommo.com' },
      now,
    );
  expect([await adopt(), await adopt()]).toEqual([true, false]);
  const [row] = await storedConnections(database.db);
  expect(formOf(row!, keyring)).toEqual({
    ...form,
    settings: { kommo: { url: 'https://acme-group.kommo.com', requests_per_second: '3' } },
  });
});

it('has no token and no secret in what is stored as text', async () => {
  const { tokens, integration } = await granted();
  const row = JSON.stringify(await database.db.selectFrom('kommo_grants').selectAll().execute());
  for (const secret of [tokens!.access, tokens!.refresh, integration.clientSecret])
    expect(row).not.toContain(secret);
});
