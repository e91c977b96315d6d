import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { KommoLimits } from '../kommo/index.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { Db } from '../store/database/database.ts';
import { KommoAuthorization } from './authorization.ts';
import { ownAddresses } from './authorize-address.ts';
import type { ConfiguredAccess } from './configured-access.ts';
import { type Disconnection, isSignedByKommo } from './disconnect.ts';
import type { Grant } from './grant.ts';
import { GrantStore } from './grant-store.ts';
import { GrantTokens } from './grant-tokens.ts';
import { createKommoHosts, type KommoHosts } from './hosts.ts';
import { readGrantee } from './read-grantee.ts';
import { renewGrant } from './renewal.ts';
import { GrantRenewals } from './renewals.ts';
import { type KommoAccessStatus, kommoAccessStatus } from './status.ts';
import { createTokenEndpoint, type Integration, type TokenEndpoint } from './token-endpoint.ts';

type StoredGrant = Omit<Grant, 'version'>;

export interface KommoAccessOptions {
  /** Resolves when the database is open. */
  db(): Promise<Db>;
  /** @throws KeyUnusable */
  keyring(): Keyring;
  /** As `keyring`, and makes the key where there is none yet. */
  keyringForWriting(): Keyring;
  /** Null for a setup. */
  configured(name: string): ConfiguredAccess | null;
  /** The connections that are configured with this integration. */
  configuredFor(clientId: string): string[];
  /** Without a slash at its end; null where it is not known. */
  publicUrl(): string | null;
  /** Origins that count as Kommo's besides its own: simulators. */
  simulated?: readonly string[] | undefined;
  /** Called when access was granted to a connection or setup. */
  onGranted(grant: StoredGrant): Promise<void>;
  /** Called when a renewal has found the account of a connection at another address than the configured one. */
  onRenamed(grant: StoredGrant): Promise<void>;
  /** The limits that all Kommo clients of this process share. */
  kommoLimits: KommoLimits;
  /** Names this process among those on the database. */
  instance: string;
  clock: Clock;
  random(): number;
  newSecret(): string;
  log: Logger;
  dispatcher?: Dispatcher;
}

/** A disconnection is looked into at most this often for one grant, ms: its address can be called by whoever has seen it. */
const MIN_DISCONNECT_MS = 60_000;

/** How long after an attempt it is tried again to read who has granted access, ms. */
const READ_AGAIN_MS = 30_000;

/** Access to Kommo by OAuth: the tokens of the connections, and the ways in which somebody grants them. */
export class KommoAccess {
  readonly authorization: KommoAuthorization;
  readonly renewals: GrantRenewals;
  readonly hosts: KommoHosts;
  readonly #options: KommoAccessOptions;
  readonly #endpoint: TokenEndpoint;
  readonly #store: GrantStore;
  readonly #tokens = new Map<string, GrantTokens>();
  /** Names whose grantee is being read. */
  readonly #reading = new Map<string, Promise<void>>();
  /** When they were last read, ms: what fails is not repeated with every question. */
  readonly #readAt = new Map<string, number>();
  readonly #stopping = new AbortController();
  /** Renewals that nobody waits for. */
  readonly #working = new Set<Promise<void>>();

  constructor(options: KommoAccessOptions) {
    this.#options = options;
    const { clock, log, random, newSecret } = options;
    this.hosts = createKommoHosts(options.simulated);
    this.#store = new GrantStore({
      ...options,
      configured: (name) => options.configured(name)?.integration ?? null,
    });
    this.#endpoint = createTokenEndpoint({
      hosts: this.hosts,
      ...(options.dispatcher ? { dispatcher: options.dispatcher } : {}),
    });
    this.renewals = new GrantRenewals({
      ...{ store: this.#store, clock, log },
      renew: (grant) => this.#renew(grant),
      onTroubled: (names) => this.#reload(names),
    });
    this.authorization = new KommoAuthorization({
      ...{
        db: options.db,
        store: this.#store,
        endpoint: this.#endpoint,
        hosts: this.hosts,
        random,
        newSecret,
      },
      ...{ configured: options.configured, configuredFor: options.configuredFor },
      own: () => this.#own(),
      now: () => clock.now(),
      onGranted: (grant) => this.#onGranted(grant),
    });
  }

  /** The tokens of a connection or setup, which may not have been granted yet. */
  tokens(name: string): GrantTokens {
    const known = this.#tokens.get(name);
    if (known) return known;
    const tokens = new GrantTokens({
      ...{ name, store: this.#store, delay },
      renew: (grant) => this.#renew(grant),
      now: () => this.#options.clock.now(),
    });
    this.#tokens.set(name, tokens);
    return tokens;
  }

  async status(name: string): Promise<KommoAccessStatus> {
    const configured = this.#options.configured(name);
    const grant = await this.#store.read(name);
    if (grant?.tokens && grant.grantee === null && this.#mayRead(name)) void this.#readGrantee(grant);
    const integration = await this.authorization.integrationOf(name);
    const own = this.#own();
    return kommoAccessStatus({
      ...{ name, configured, grant, own },
      authorization: await this.authorization.latest(name),
      redirectUri: integration?.redirectUri ?? own?.redirectUri ?? null,
      isSimulated: (this.#options.simulated?.length ?? 0) > 0,
      now: this.#options.clock.now(),
    });
  }

  /** What makes a setup's grant a connection's: its integration, and the account's address; null before the grant. */
  async formOf(name: string): Promise<{ url: string; oauth: Record<string, string> } | null> {
    const grant = await this.#store.read(name);
    if (grant?.origin == null || grant.tokens === null) return null;
    return { url: grant.origin, oauth: oauthKeys(grant.integration) };
  }

  /** Kommo says that somebody has withdrawn access: whether this grant is meant, its renewal shows. */
  async disconnected(disconnection: Disconnection): Promise<boolean> {
    const now = this.#options.clock.now();
    const meant = (await this.#store.ofClient(disconnection.clientId)).filter(
      ({ accountId, integration }) =>
        (accountId === null || String(accountId) === disconnection.accountId) &&
        isSignedByKommo(disconnection, integration.clientSecret),
    );
    for (const grant of meant) {
      const isNew = grant.tokens === null || now - grant.tokens.issuedAt < MIN_DISCONNECT_MS;
      if (!isNew && grant.revokedAt === null)
        this.#inBackground(this.#renew(grant), grant.name, 'the access to Kommo could not be renewed');
    }
    return meant.length > 0;
  }

  /** Forgets the grant of a connection or setup that is removed. */
  async remove(name: string): Promise<void> {
    this.#tokens.delete(name);
    await this.#store.remove(name);
  }

  start(): void {
    this.renewals.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.renewals.stop();
    await Promise.all([...this.#reading.values(), ...this.#working]);
    await this.#endpoint.close();
  }

  #own() {
    const publicUrl = this.#options.publicUrl();
    return publicUrl === null ? null : ownAddresses(publicUrl);
  }

  /** Brings the grants that calls of this process use up to date where their trouble has begun or ended elsewhere. */
  async #reload(troubled: string[]): Promise<void> {
    const names = new Set(troubled);
    for (const [name, tokens] of this.#tokens)
      if (names.has(name) || tokens.facts()?.trouble != null) await tokens.reload();
  }

  async #renew(grant: Grant): Promise<Grant | null> {
    const { instance, clock, random, log } = this.#options;
    const renewed = await renewGrant(grant, {
      ...{ store: this.#store, endpoint: this.#endpoint, claimant: instance, random },
      now: () => clock.now(),
    });
    const { name } = grant;
    this.#tokens.get(name)?.forget();
    if (renewed?.revokedAt != null)
      log.error(
        { connection: name, reason: renewed.trouble },
        'Kommo no longer renews the access: somebody must authorize again',
      );
    else if (renewed?.trouble != null)
      log.warn(
        { connection: name, reason: renewed.trouble },
        'the access to Kommo could not be renewed; trying again',
      );
    else if (renewed !== null) this.#noteAddress(grant, renewed);
    return renewed;
  }

  /** Also where it was found by a former renewal, after which the process has ended. */
  #noteAddress(grant: Grant, renewed: Grant): void {
    const { configured, onRenamed, log } = this.#options;
    const { name } = grant;
    if (renewed.origin !== grant.origin)
      log.warn(
        { connection: name, origin: renewed.origin },
        'the Kommo account was renamed, and is called at its new address',
      );
    const known = configured(name)?.origin ?? null;
    // The renewal may be part of a call of the connection, which is replaced with its new address after that call.
    if (known !== null && known !== renewed.origin)
      this.#inBackground(onRenamed(renewed), name, 'the new address of the Kommo account was not stored');
  }

  #inBackground(work: Promise<unknown>, connection: string, failed: string): void {
    const { log } = this.#options;
    const noted = work
      .then(() => {})
      .catch((err) => log.error({ err, connection }, failed))
      .finally(() => this.#working.delete(noted));
    this.#working.add(noted);
  }

  async #onGranted(grant: StoredGrant): Promise<void> {
    this.#tokens.get(grant.name)?.forget();
    await this.#options.onGranted(grant);
    void this.#readGrantee(grant);
  }

  #mayRead(name: string): boolean {
    return this.#options.clock.now() - (this.#readAt.get(name) ?? 0) >= READ_AGAIN_MS;
  }

  /** Reads who has granted access, once at a time. Never rejects: the status asks again. */
  #readGrantee(grant: StoredGrant): Promise<void> {
    const { name, origin } = grant;
    const underWay = this.#reading.get(name);
    if (underWay || origin === null) return underWay ?? Promise.resolve();
    const { clock, kommoLimits, log } = this.#options;
    this.#readAt.set(name, clock.now());
    const reading = readGrantee(origin, this.tokens(name), kommoLimits, clock.now(), this.#stopping.signal)
      .then((grantee) => this.#store.saveGrantee(grant, grantee))
      .catch((err) => {
        if (!this.#stopping.signal.aborted)
          log.warn({ err, connection: name }, 'who granted access to Kommo could not be read');
      })
      .finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }
}

/** An integration as `kommo.oauth` of a connection's form. */
export function oauthKeys({ clientId, clientSecret, redirectUri }: Integration): Record<string, string> {
  return { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri };
}
