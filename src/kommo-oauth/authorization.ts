import {
  addAuthorization,
  addIntegration,
  authorizationOf,
  endAuthorization,
  latestAuthorization,
  redeemAuthorization,
  type StoredAuthorization,
} from '../store/connections/kommo-authorizations.ts';
import type { Db } from '../store/database/database.ts';
import { buttonWindow, integrationWindow, type OwnAddresses } from './authorize-address.ts';
import { CodeExchange, type CodeExchangeOptions, hashOf, waitingGrant } from './code-exchange.ts';
import type { KommoHosts } from './hosts.ts';
import { failed, type Redirected, type RedirectQuery } from './redirect.ts';
import type { Integration } from './token-endpoint.ts';

export interface AuthorizationOptions extends CodeExchangeOptions {
  db(): Promise<Db>;
  hosts: KommoHosts;
  /** Null where the public address is not known. */
  own(): OwnAddresses | null;
  /** The connections that are configured with this integration. */
  configuredFor(clientId: string): string[];
  newSecret(): string;
}

/** How long somebody may take in Kommo's window, ms. */
export const STATE_MS = 10 * 60_000;
/** How long an authorization is kept after its start, so that its outcome can be shown, ms. */
const KEPT_MS = 86_400_000;
/** How long no code without a state is taken after one that Kommo has refused, ms. */
const BETWEEN_REFUSED_MS = 5_000;
/** The redirect URL of an integration whose codes are pasted, where this Stagepost has no address: Kommo wants one. */
const UNUSED_REDIRECT = 'https://localhost/oauth/kommo';

const contextOf = (stateHash: string) => `kommo-authorization/${stateHash}`;

/**
 * The ways in which somebody grants access. An authorization has a state, a secret of one use and ten minutes that is stored
 * as a hash and, where a browser has started it, is bound to that browser: nobody can make another person's browser bring
 * a code of their own account.
 */
export class KommoAuthorization {
  readonly #options: AuthorizationOptions;
  readonly #codes: CodeExchange;
  /** When a code without a state was last refused, ms. */
  #installationFailedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#codes = new CodeExchange(options);
  }

  /**
   * @param browser the secret in the cookie of the browser that asks; null where no browser does
   * @returns the address of Kommo's window; null where something is missing for this way
   */
  async start(
    name: string,
    way: 'button' | 'integration',
    browser: string | null,
  ): Promise<{ address: string; endsAt: number } | null> {
    const { hosts, now, newSecret } = this.#options;
    const own = this.#options.own();
    const integration = way === 'integration' ? await this.integrationOf(name) : null;
    if (own === null || (way === 'integration' && integration === null)) return null;
    const state = newSecret();
    const at = now();
    const authorization = {
      ...{ state_hash: hashOf(state), name, way, started_at: at, ends_at: at + STATE_MS },
      browser_hash: browser === null ? null : hashOf(browser),
      redirect_uri: integration?.redirectUri ?? own.redirectUri,
    };
    await addAuthorization(await this.#options.db(), authorization, at - KEPT_MS);
    const address = integration
      ? integrationWindow(hosts.authorizeOrigin, integration.clientId, state)
      : buttonWindow(hosts.authorizeOrigin, own, state);
    return { address, endsAt: at + STATE_MS };
  }

  /** The integration of a connection or setup; null where it is not known. */
  async integrationOf(name: string): Promise<Integration | null> {
    const { store, configured, own } = this.#options;
    const access = configured(name);
    if (access?.integration) {
      const redirectUri = access.redirectUri ?? own()?.redirectUri ?? UNUSED_REDIRECT;
      return { ...access.integration, redirectUri };
    }
    return (await store.read(name))?.integration ?? null;
  }

  /** Stores the integration of a setup, which then waits for somebody to grant access. @param origin the account's */
  async setIntegration(
    name: string,
    integration: Omit<Integration, 'redirectUri'>,
    origin: string | null,
  ): Promise<void> {
    const redirectUri = this.#options.own()?.redirectUri ?? UNUSED_REDIRECT;
    await this.#options.store.save({ ...waitingGrant(name, { ...integration, redirectUri }), origin });
  }

  /** The last authorization; null where there is none. */
  async latest(name: string): Promise<StoredAuthorization | null> {
    return latestAuthorization(await this.#options.db(), name);
  }

  /** Takes the secrets of the integration that Kommo has made in the account. `again`: it has them already. */
  async takeSecrets(
    state: string,
    secrets: Omit<Integration, 'redirectUri'>,
  ): Promise<'stored' | 'again' | 'unknown'> {
    const db = await this.#options.db();
    const stateHash = hashOf(state);
    const authorization = await authorizationOf(db, stateHash);
    if (authorization?.way !== 'button' || authorization.ends_at <= this.#options.now()) return 'unknown';
    const sealed = await this.#options.store.seal(JSON.stringify(secrets), contextOf(stateHash));
    return (await addIntegration(db, stateHash, sealed)) ? 'stored' : 'again';
  }

  /** Kommo came back with a state. @param browser the secret in the cookie of the browser; null where there is none */
  async redirected(query: RedirectQuery, browser: string | null): Promise<Redirected> {
    const db = await this.#options.db();
    const stateHash = hashOf(query.state ?? '');
    const authorization = await authorizationOf(db, stateHash);
    if (authorization === null) return failed(null, 'expired');
    const { name, browser_hash } = authorization;
    if (browser_hash !== null && (browser === null || hashOf(browser) !== browser_hash))
      return failed(null, 'other_browser');
    if (!(await redeemAuthorization(db, stateHash, this.#options.now())))
      return authorization.outcome === 'done' ? { ok: true, name } : failed(name, 'expired');
    const result = await this.#complete(authorization, query);
    await endAuthorization(db, stateHash, result.ok ? 'done' : result.code);
    return result;
  }

  /**
   * Kommo calls the redirect URL itself when somebody installs the integration: with a code, and without a state. Such a code
   * chooses no connection by itself. It counts for one that waits for access, with this very integration and this very
   * account; if that is not exactly one, the code is of no use.
   */
  async installed({ code, clientId, referer }: RedirectQuery): Promise<Redirected | null> {
    const { store, hosts, configured, configuredFor, now } = this.#options;
    const origin = hosts.originOf(referer ?? '');
    if (code === null || clientId === null || origin === null) return null;
    // Each code of a stranger costs a call to Kommo, which blocks addresses that ask too often.
    if (now() - this.#installationFailedAt < BETWEEN_REFUSED_MS) return null;
    const grants = new Map((await store.ofClient(clientId)).map((grant) => [grant.name, grant]));
    const names = [...new Set([...grants.keys(), ...configuredFor(clientId)])];
    const waiting = names.filter((name) => {
      const grant = grants.get(name);
      const isInForce = grant !== undefined && grant.tokens !== null && grant.revokedAt === null;
      // Kommo may bring the same code both ways.
      const isWaiting = !isInForce || grant.codeHash === hashOf(code);
      return isWaiting && (configured(name)?.origin ?? grant?.origin) === origin;
    });
    const [name] = waiting;
    if (name === undefined || waiting.length > 1) return null;
    const integration = await this.integrationOf(name);
    if (integration?.clientId !== clientId) return null;
    const result = await this.#codes.exchange(name, origin, integration, code);
    if (!result.ok) this.#installationFailedAt = now();
    return result;
  }

  /** Exchanges a code that somebody has copied from Kommo. @param account as people write it */
  async pasted(name: string, code: string, account: string): Promise<Redirected> {
    const origin = this.#options.hosts.originOf(account);
    if (origin === null) return failed(name, 'foreign_host');
    const integration = await this.integrationOf(name);
    return integration ? this.#codes.exchange(name, origin, integration, code) : failed(name, 'no_secrets');
  }

  async #complete(authorization: StoredAuthorization, query: RedirectQuery): Promise<Redirected> {
    const { name } = authorization;
    if (query.error !== null || query.code === null) return failed(name, 'denied', query.error);
    const integration = await this.#integrationFor(authorization);
    if (integration === null) return failed(name, 'no_secrets');
    if (query.clientId !== null && query.clientId !== integration.clientId)
      return failed(name, 'other_integration');
    const origin = this.#options.hosts.originOf(query.referer ?? '');
    if (origin === null) return failed(name, 'foreign_host');
    return this.#codes.exchange(name, origin, integration, query.code);
  }

  async #integrationFor(authorization: StoredAuthorization): Promise<Integration | null> {
    const { state_hash: stateHash, name, way, redirect_uri: redirectUri } = authorization;
    if (way === 'integration') {
      const integration = await this.integrationOf(name);
      return integration && { ...integration, redirectUri };
    }
    // Read again: Kommo sends the secrets just before it comes back.
    const latest = await authorizationOf(await this.#options.db(), stateHash);
    if (!latest?.integration) return null;
    try {
      const secrets = JSON.parse(this.#options.store.open(latest.integration, contextOf(stateHash)));
      return { ...(secrets as Omit<Integration, 'redirectUri'>), redirectUri };
    } catch {
      // The key was rotated within these ten minutes.
      return null;
    }
  }
}
