import { setTimeout as sleep } from 'node:timers/promises';
import {
  createKommoClient,
  type KommoClient,
  type KommoLimits,
  longLivedToken,
  QUIET_AFTER_START_MS,
  type TokenSource,
} from '../kommo/index.ts';
import type { Draft } from './setup-store.ts';

/** Access that Kommo has granted by OAuth, by the name of a setup. */
export interface OAuthAccess {
  /** The account's address and the keys `kommo.oauth` of stagepost.yaml; null before access was granted. */
  formOf(name: string): Promise<{ url: string; oauth: Record<string, string> } | null>;
  tokens(name: string): TokenSource;
}

interface OpenClient {
  client: KommoClient;
  /** The account and the access. */
  key: string;
  uses: number;
  /** Closes it when it was not used for a while. */
  idle: NodeJS.Timeout | null;
}

/** Low enough for other programs of the account: Kommo takes 7 a second from all together. */
const REQUESTS_PER_SECOND = 4;
const TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;

/**
 * The Kommo clients of setups. A setup keeps its client from step to step, with its open connections to Kommo.
 */
export class SetupClients {
  readonly #oauth: OAuthAccess;
  readonly #limits: KommoLimits;
  readonly #open = new Map<string, OpenClient>();

  /** @param limits those of all Kommo clients of this process */
  constructor(oauth: OAuthAccess, limits: KommoLimits) {
    this.#oauth = oauth;
    this.#limits = limits;
  }

  /** Runs `work` with a client of the setup's account. @returns null without an access or an address */
  async use<T>(
    name: string,
    { answers, secrets }: Draft,
    work: (kommo: KommoClient) => Promise<T>,
  ): Promise<T | null> {
    const token = secrets.kommoToken;
    const form = token === undefined ? await this.#oauth.formOf(name) : null;
    // A token that OAuth has given is only sent to the account that has given it.
    const url = form?.url ?? answers.kommo.url;
    if (url === null || (token === undefined && form === null)) return null;
    const tokens = token === undefined ? this.#oauth.tokens(name) : longLivedToken(() => token);
    const open = this.#clientOf(name, `${url} ${token ?? 'oauth'}`, url, tokens);
    open.uses += 1;
    if (open.idle) clearTimeout(open.idle);
    try {
      return await work(open.client);
    } finally {
      open.uses -= 1;
      if (open.uses === 0) open.idle = setTimeout(() => this.#close(name, open), IDLE_MS).unref();
    }
  }

  /**
   * Ends the client of a setup. Resolves when Kommo counts none of its calls any more: another process may run the new
   * connection.
   */
  async release(name: string): Promise<void> {
    const open = this.#open.get(name);
    if (!open) return;
    this.#close(name, open);
    await sleep(QUIET_AFTER_START_MS);
  }

  #clientOf(name: string, key: string, url: string, tokens: TokenSource): OpenClient {
    const known = this.#open.get(name);
    if (known?.key === key) return known;
    if (known) this.#close(name, known);
    const client = createKommoClient({
      ...{ baseUrl: url, tokens, requestsPerSecond: REQUESTS_PER_SECOND, timeoutMs: TIMEOUT_MS },
      limits: this.#limits,
      throttledPatienceMs: 5_000,
    });
    const open: OpenClient = { client, key, uses: 0, idle: null };
    this.#open.set(name, open);
    return open;
  }

  #close(name: string, open: OpenClient): void {
    if (open.idle) clearTimeout(open.idle);
    if (this.#open.get(name) === open) this.#open.delete(name);
    void open.client.close();
  }
}
