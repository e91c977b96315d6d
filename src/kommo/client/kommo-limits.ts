import { CircuitBreaker } from './circuit-breaker.ts';
import { type LimiterClock, limiterClock } from './clock.ts';
import { RequestBudget } from './request-budget.ts';
import { RequestScheduler } from './request-scheduler.ts';

/** How long an account's limit is kept without a client, ms: Kommo's pauses after too many requests take five minutes. */
const KEPT_MS = 10 * 60_000;

/** What all clients of one account in this process share. */
interface Account {
  breaker: CircuitBreaker;
  budget: RequestBudget;
  scheduler: RequestScheduler;
  /** The rate of each open client. */
  rates: number[];
  /** When the last client was closed, monotonic ms. */
  unusedSince: number;
}

/** A client's part of the limits. */
export interface SharedLimits {
  breaker: CircuitBreaker;
  /** Of the account; its requests in the air are those of all clients of the account. */
  account: RequestBudget;
  /** Of all accounts together; null where there is none. */
  common: RequestBudget | null;
  scheduler: RequestScheduler;
  /** To be called when the client is closed. */
  release(): void;
}

export interface KommoLimitsOptions {
  /** The requests a second of all accounts together, of all processes; null: only those of each account are limited. */
  requestsPerSecond?: number | null;
  clock?: LimiterClock;
}

/**
 * The limits of all Kommo clients in this process. Clients of one account share its requests a second and its circuit
 * breaker, whatever they were opened for: a check of new credentials and the running connection together must not exceed
 * what Kommo accepts. With a common rate, all accounts share that too: Kommo docs: "no more than 7 requests per second"
 * are counted by IP address.
 */
export class KommoLimits {
  readonly #clock: LimiterClock;
  readonly #accounts = new Map<string, Account>();
  /** The accounts without a client, those first that are unused for the longest. */
  readonly #unused = new Map<string, Account>();
  readonly #common: { requestsPerSecond: number; budget: RequestBudget; scheduler: RequestScheduler } | null;

  constructor({ requestsPerSecond = null, clock = limiterClock }: KommoLimitsOptions = {}) {
    this.#clock = clock;
    this.#common =
      requestsPerSecond === null
        ? null
        : {
            requestsPerSecond,
            budget: new RequestBudget(requestsPerSecond, clock),
            scheduler: new RequestScheduler(clock),
          };
  }

  /** How many processes share the common rate: each gets an equal part. */
  setProcesses(count: number): void {
    if (!this.#common) return;
    const { budget, scheduler, requestsPerSecond } = this.#common;
    budget.setRate(requestsPerSecond / Math.max(1, count));
    scheduler.update();
  }

  /** The limits for a new client. @param requestsPerSecond the client's own rate; the account gets the highest of its clients' */
  open(baseUrl: string, requestsPerSecond: number): SharedLimits {
    this.#forgetUnused();
    const { host } = new URL(baseUrl);
    const account = this.#accounts.get(host) ?? this.#addAccount(host, requestsPerSecond);
    this.#unused.delete(host);
    account.rates.push(requestsPerSecond);
    account.budget.setRate(Math.max(...account.rates));
    let isOpen = true;
    return {
      breaker: account.breaker,
      account: account.budget,
      common: this.#common?.budget ?? null,
      scheduler: account.scheduler,
      release: () => {
        if (isOpen) this.#release(host, account, requestsPerSecond);
        isOpen = false;
      },
    };
  }

  #addAccount(host: string, requestsPerSecond: number): Account {
    const account: Account = {
      // Half-open at first: a single call is enough to find out whether Kommo answers or has blocked the account.
      breaker: new CircuitBreaker('half_open', this.#clock),
      budget: new RequestBudget(requestsPerSecond, this.#clock),
      scheduler: this.#common?.scheduler ?? new RequestScheduler(this.#clock),
      rates: [],
      unusedSince: 0,
    };
    this.#accounts.set(host, account);
    return account;
  }

  #release(host: string, account: Account, requestsPerSecond: number): void {
    account.rates.splice(account.rates.indexOf(requestsPerSecond), 1);
    if (account.rates.length > 0) {
      account.budget.setRate(Math.max(...account.rates));
      return;
    }
    account.unusedSince = this.#clock.now();
    this.#unused.set(host, account);
  }

  #forgetUnused(): void {
    const before = this.#clock.now() - KEPT_MS;
    for (const [host, { unusedSince }] of this.#unused) {
      if (unusedSince > before) return;
      this.#unused.delete(host);
      this.#accounts.delete(host);
    }
  }
}
