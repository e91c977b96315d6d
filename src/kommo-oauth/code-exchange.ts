import { createHash } from 'node:crypto';
import { readToken } from '../kommo/index.ts';
import type { ConfiguredAccess } from './configured-access.ts';
import { type Grant, withTokens } from './grant.ts';
import type { GrantStore } from './grant-store.ts';
import { failed, type Redirected } from './redirect.ts';
import type { Integration, TokenEndpoint } from './token-endpoint.ts';

export interface CodeExchangeOptions {
  store: GrantStore;
  endpoint: TokenEndpoint;
  /** Null for a setup. */
  configured(name: string): ConfiguredAccess | null;
  now(): number;
  random(): number;
  /** Called when access was granted, once it is stored. */
  onGranted(grant: Omit<Grant, 'version'>): Promise<void>;
}

/** A secret is stored and compared as its hash. */
export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Exchanges authorization codes for grants, each once, however often and by whichever way Kommo brings it. */
export class CodeExchange {
  readonly #options: CodeExchangeOptions;
  /** Exchanges under way, by the name and the hash of the code: Kommo may bring a code twice, and it works once. */
  readonly #exchanges = new Map<string, Promise<Redirected>>();

  constructor(options: CodeExchangeOptions) {
    this.#options = options;
  }

  /** Stores the grant of a code. @param origin the account's */
  exchange(name: string, origin: string, integration: Integration, code: string): Promise<Redirected> {
    const key = `${name} ${hashOf(code)}`;
    const underWay = this.#exchanges.get(key);
    if (underWay) return underWay;
    const exchange = this.#exchangeOnce(name, origin, integration, code).finally(() =>
      this.#exchanges.delete(key),
    );
    this.#exchanges.set(key, exchange);
    return exchange;
  }

  async #exchangeOnce(
    name: string,
    origin: string,
    integration: Integration,
    code: string,
  ): Promise<Redirected> {
    const { store, endpoint, configured, now, random, onGranted } = this.#options;
    const codeHash = hashOf(code);
    const before = await store.read(name);
    if (isGrantedBy(before, codeHash)) return { ok: true, name };
    const expected = configured(name);
    const accountId = expected === null ? null : (before?.accountId ?? null);
    // Without the account's number its address decides, before anything is sent to another account.
    if (expected !== null && accountId === null && expected.origin !== origin)
      return failed(name, 'other_account');
    const answer = await endpoint.exchange(origin, integration, code);
    if (answer.kind !== 'tokens') {
      // Another process may have exchanged the same code.
      if (isGrantedBy(await store.read(name), codeHash)) return { ok: true, name };
      return failed(name, answer.kind === 'denied' ? 'refused' : 'no_answer', answer.reason);
    }
    const claims = readToken(answer.pair.access);
    if (accountId !== null && claims?.accountId !== accountId) return failed(name, 'other_account');
    const grant = {
      ...withTokens({ ...waitingGrant(name, integration), version: 0 }, answer.pair, now(), random()),
      ...{ origin, accountId: claims?.accountId ?? null, codeHash, grantedAt: now() },
    };
    await store.save(grant);
    await onGranted(grant);
    return { ok: true, name };
  }
}

function isGrantedBy(grant: Grant | null, codeHash: string): boolean {
  return grant !== null && grant.codeHash === codeHash && grant.tokens !== null && grant.revokedAt === null;
}

export function waitingGrant(name: string, integration: Integration): Omit<Grant, 'version'> {
  return {
    ...{ name, integration, origin: null, accountId: null, tokens: null, codeHash: null, grantedAt: null },
    ...{ renewAt: null, revokedAt: null, trouble: null, failures: 0, grantee: null },
  };
}
