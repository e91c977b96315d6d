import { type Clients, type ConnectionCheck, checkConnection, type Fixable, fix } from './connection.ts';
import type { Finding } from './finding.ts';

/** The last findings of a connection's checks. */
export interface KnownChecks {
  /** Whether a run is under way. */
  running: boolean;
  /** When the last run ended, ms; null: none yet. */
  checkedAt: number | null;
  findings: Finding[];
}

export interface CheckRunsOptions {
  /** The connection's configuration with its active rules. */
  config(): Promise<ConnectionCheck['config']>;
  /** The clients with which this process runs the connection, whose rate limiter counts all calls. Null where it does not. */
  clients(): Clients | null;
  publicUrl(): string | null;
  /** What was seen of the connection's reports. */
  emailEvents?: NonNullable<ConnectionCheck['emailEvents']>;
  now(): number;
}

/**
 * Runs the checks of one connection in a running server, and keeps the findings of the last run. Runs and fixes wait for
 * each other, so that a fix never works on an account that a check is reading.
 */
export class CheckRuns {
  readonly #options: CheckRunsOptions;
  #known: KnownChecks = { running: false, checkedAt: null, findings: [] };
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: CheckRunsOptions) {
    this.#options = options;
  }

  known(): KnownChecks {
    return this.#known;
  }

  /** Starts a run, unless one is under way or another process runs the connection. */
  start(): void {
    if (this.#known.running || !this.#options.clients()) return;
    this.#known = { ...this.#known, running: true };
    // Where the rules cannot be loaded, the last findings stay.
    this.#enqueue(() => this.#run()).catch(() => {});
  }

  /** The same where the last run is older than this, ms. */
  startIfOlder(ms: number): void {
    const { checkedAt } = this.#known;
    if (checkedAt === null || this.#options.now() - checkedAt > ms) this.start();
  }

  /** Fixes what one check has found, as far as Stagepost can. @returns its findings afterwards; null where another process runs the connection */
  fix(check: Fixable): Promise<Finding[] | null> {
    return this.#enqueue(() => this.#fix(check));
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  async #run(): Promise<void> {
    const { clients, now } = this.#options;
    const used = clients();
    let findings: Finding[] | null = null;
    try {
      if (used) findings = await checkConnection(await this.#check(used, false));
    } finally {
      // A process that has lost the connection meanwhile was refused every call, which says nothing about the accounts.
      const isValid = findings !== null && clients() !== null;
      this.#known = isValid
        ? { running: false, checkedAt: now(), findings: findings! }
        : { ...this.#known, running: false };
    }
  }

  async #fix(check: Fixable): Promise<Finding[] | null> {
    const clients = this.#options.clients();
    if (!clients) return null;
    const fixed = await fix(check, await this.#check(clients, true));
    this.#known = { ...this.#known, findings: withFindings(this.#known.findings, check, fixed) };
    return fixed;
  }

  async #check(clients: Clients, fix: boolean): Promise<ConnectionCheck> {
    const { config, publicUrl, emailEvents, now } = this.#options;
    const nowSeconds = Math.floor(now() / 1000);
    return {
      config: await config(),
      clients,
      fix,
      publicUrl: publicUrl(),
      nowSeconds,
      ...(emailEvents && { emailEvents }),
    };
  }
}

/** The findings of one check replaced, in the place where they were. */
function withFindings(all: Finding[], check: string, findings: Finding[]): Finding[] {
  const others = all.filter((finding) => finding.check !== check);
  const first = all.findIndex((finding) => finding.check === check);
  const place = first < 0 ? others.length : first;
  return [...others.slice(0, place), ...findings, ...others.slice(place)];
}
