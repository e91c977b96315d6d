import { DeliveryError } from '../domain/errors.ts';
import type { AccessToken, TokenAdvice, TokenSource } from '../kommo/index.ts';
import { EARLY_MS, type Grant, type GrantState, grantState, withoutAccess } from './grant.ts';
import type { GrantStore } from './grant-store.ts';

export interface GrantTokensOptions {
  name: string;
  store: Pick<GrantStore, 'read' | 'change'>;
  /** Renews the grant, and resolves to what is stored then; null where another process renews it. */
  renew(grant: Grant): Promise<Grant | null>;
  now(): number;
  /** Waits for another process's renewal. */
  delay(ms: number): Promise<void>;
}

/** What a grant is like at present, for the lights. Times are unix ms. */
export interface GrantFacts {
  state: GrantState;
  /** Why the last renewal has failed; null where it has not. */
  trouble: string | null;
  /** When the access token ends. */
  accessEndsAt: number | null;
  /** When the grant ends unless it is renewed. */
  refreshEndsAt: number | null;
}

/** After a renewal because of a refused token, ms: if the new one is refused, too, a further renewal would not help. */
const BETWEEN_FORCED_MS = 5 * 60_000;
const NO_GRANT: GrantFacts = { state: 'none', trouble: null, accessEndsAt: null, refreshEndsAt: null };
const AUTHORIZE_AGAIN =
  'Press "Authorize again" on the page Connections of the console. Nothing is lost until then.';
const ASK_ADMINISTRATOR =
  'Let an administrator of the account press "Authorize again" on the page Connections.';
/** How often, and at most for how long, another process's renewal is waited for. */
const WAIT = { everyMs: 250, times: 40 };

/**
 * The tokens of one grant for the calls of this process. The grant is kept in memory, so that a call costs nothing, and is read
 * again when its access token is about to end, or Kommo has refused it: another process may have renewed it.
 */
export class GrantTokens implements TokenSource {
  readonly advice: TokenAdvice = { refused: AUTHORIZE_AGAIN, missingRight: ASK_ADMINISTRATOR };
  readonly #options: GrantTokensOptions;
  /** As last read; null before the first reading, and where nobody has granted access. */
  #grant: Grant | null = null;
  #isRead = false;
  #origin: string | null = null;
  /** When a grant was last renewed because Kommo had refused its token, ms. */
  #forcedAt = Number.NEGATIVE_INFINITY;
  /** The reading or renewal under way, which all callers share. */
  #pending: Promise<Grant> | null = null;

  constructor(options: GrantTokensOptions) {
    this.#options = options;
  }

  /** Where the account answered when the grant was last read; null before the first reading. */
  get origin(): string | null {
    return this.#origin;
  }

  /** Null before the first reading. */
  facts(): GrantFacts | null {
    const grant = this.#grant;
    if (grant === null) return this.#isRead ? NO_GRANT : null;
    return {
      state: grantState(grant, this.#options.now()),
      trouble: grant.trouble,
      accessEndsAt: grant.tokens?.accessEndsAt ?? null,
      refreshEndsAt: grant.tokens?.refreshEndsAt ?? null,
    };
  }

  /** The grant has changed: the next call reads it. */
  forget(): void {
    this.#grant = null;
    this.#isRead = false;
  }

  /** Reads the grant again: another process has renewed it, or has failed to. */
  async reload(): Promise<void> {
    this.#hold(await this.#options.store.read(this.#options.name));
  }

  current(): AccessToken | Promise<AccessToken> {
    return this.#usable(this.#grant) ?? this.#once(() => this.#readOrRenew()).then((grant) => tokenOf(grant));
  }

  async refused({ value }: AccessToken): Promise<AccessToken | null> {
    const held = this.#usable(this.#grant);
    if (held && held.value !== value) return held;
    const grant = await this.#once(() => this.#replace(value));
    const token = tokenOf(grant);
    return token.value === value ? null : token;
  }

  #usable(grant: Grant | null): AccessToken | null {
    if (grant?.tokens == null) return null;
    if (this.#options.now() >= grant.tokens.accessEndsAt - EARLY_MS) return null;
    return { value: grant.tokens.access, origin: grant.origin };
  }

  #once(work: () => Promise<Grant>): Promise<Grant> {
    this.#pending ??= work().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #readOrRenew(): Promise<Grant> {
    let grant = await this.#read();
    if (!this.#usable(grant) && this.#isInForce(grant)) grant = await this.#renew(grant);
    return this.#requireUsable(grant);
  }

  /** A grant with another access token than the refused one; with the same where a renewal has just not helped. */
  async #replace(refused: string): Promise<Grant> {
    const { store, now } = this.#options;
    let grant = await this.#read();
    const isFirst = now() - this.#forcedAt >= BETWEEN_FORCED_MS;
    if (grant.tokens?.access === refused && isFirst && this.#isInForce(grant)) {
      this.#forcedAt = now();
      grant = await this.#renew(grant);
    }
    if (grant.tokens?.access !== refused) return this.#requireUsable(grant);
    if (this.#isInForce(grant)) return grant;
    await store.change(withoutAccess(grant, now()));
    this.#grant = null;
    throw notGranted(grant);
  }

  #isInForce(grant: Grant): boolean {
    const state = grantState(grant, this.#options.now());
    return state !== 'none' && state !== 'revoked';
  }

  /** @throws DeliveryError where it has no access token for a call */
  #requireUsable(grant: Grant): Grant {
    if (this.#usable(grant)) return grant;
    if (!this.#isInForce(grant)) throw notGranted(grant);
    const reason = grant.trouble ?? 'Another process is renewing it.';
    throw new DeliveryError('retryable', `The access to Kommo cannot be renewed now. ${reason}`);
  }

  async #read(): Promise<Grant> {
    const { name, store } = this.#options;
    const grant = await store.read(name);
    this.#hold(grant);
    if (grant === null) throw notGranted(null);
    return grant;
  }

  async #renew(grant: Grant): Promise<Grant> {
    const renewed = (await this.#options.renew(grant)) ?? (await this.#othersRenewal(grant));
    this.#hold(renewed);
    return renewed;
  }

  #hold(grant: Grant | null): void {
    this.#grant = grant;
    this.#isRead = true;
    this.#origin = grant?.origin ?? this.#origin;
  }

  /** What another process makes of the grant. */
  async #othersRenewal(grant: Grant): Promise<Grant> {
    let latest = grant;
    for (let waits = 0; waits < WAIT.times && latest.version === grant.version; waits += 1) {
      await this.#options.delay(WAIT.everyMs);
      latest = await this.#read();
    }
    return latest;
  }
}

/** @throws DeliveryError where it has none */
function tokenOf(grant: Grant): AccessToken {
  if (grant.tokens === null) throw notGranted(grant);
  return { value: grant.tokens.access, origin: grant.origin };
}

function notGranted(grant: Grant | null): DeliveryError {
  if (grant === null || grant.grantedAt === null)
    return new DeliveryError('unauthorized', `Nobody has granted access to Kommo yet. ${AUTHORIZE_AGAIN}`, {
      status: 401,
    });
  const reason = grant.trouble ?? 'Kommo refuses the token.';
  return new DeliveryError(
    'unauthorized',
    `The access to Kommo was withdrawn. ${reason} ${AUTHORIZE_AGAIN}`,
    {
      status: 401,
    },
  );
}
