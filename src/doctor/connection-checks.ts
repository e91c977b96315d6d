import { randomUUID } from 'node:crypto';
import type { ConnectionConfig, RulesConfig } from '../config/index.ts';
import { type KommoClient, withOptions } from '../kommo/index.ts';
import type { Db } from '../store/database/database.ts';
import { triggerEvidence } from '../store/events/trigger-evidence.ts';
import { newestRequestId, requestWith } from '../store/inbox.ts';
import { CheckRuns, type KnownChecks } from './check-runs.ts';
import type { Clients, Fixable } from './connection.ts';
import type { Finding } from './finding.ts';
import { customerioTest, kommoTest } from './test-request.ts';
import { type TestResult, testWebhook } from './webhook-test.ts';

type Side = 'kommo' | 'customerio';
type StoredRequest = NonNullable<Awaited<ReturnType<typeof requestWith>>>;

export interface ConnectionChecksOptions {
  connection: ConnectionConfig;
  db(): Promise<Db>;
  /** The connection's active rules. */
  rules(): Promise<RulesConfig>;
  /** Which process runs the connection. */
  place(): Place;
  /** The clients with which this process last ran the connection. */
  clients(): (Omit<Clients, 'kommo'> & { kommo: KommoClient }) | null;
  /** Where Kommo and Customer.io reach this Stagepost; null where it was not configured. */
  publicUrl(): string | null;
  /** Where this process listens; null before it does. */
  localUrl(): string | null;
  /** Called after something in the accounts was fixed. */
  onFixed(): Promise<void>;
  now(): number;
}

/** Which process may check the connection: only the one that runs it may call its Kommo account. `paused`: none. */
export type Place = 'here' | 'elsewhere' | 'starting' | 'paused';

/** Who sends the webhooks, and how long it waits for the answer, in ms. The times: Kommo docs; Customer.io docs. */
const SENDERS: Record<Side, { sender: string; patienceMs: number; caveat: string }> = {
  kommo: {
    sender: 'Kommo',
    patienceMs: 2_000,
    caveat: 'This proves the address and the secret, and not that Kommo calls them: move a deal for that.',
  },
  customerio: {
    sender: 'Customer.io',
    patienceMs: 4_000,
    caveat:
      'This proves the address, and not the signing key: Stagepost has signed the test with the key it has. Only a real report of Customer.io proves that it is the right one.',
  },
};

/** The checks of `stagepost doctor` for one connection of a running server, and the tests of its two webhook endpoints. */
export class ConnectionChecks {
  readonly #options: ConnectionChecksOptions;
  readonly #runs: CheckRuns;

  constructor(options: ConnectionChecksOptions) {
    const { connection, rules, publicUrl, db, now } = options;
    this.#options = options;
    this.#runs = new CheckRuns({
      config: async () => ({ ...connection, ...(await rules()) }),
      clients: () => this.#clients(),
      publicUrl,
      emailEvents: async () => (await triggerEvidence(await db(), [connection.name]))[0]!,
      now,
    });
  }

  known(): KnownChecks & { place: Place } {
    return { ...this.#runs.known(), place: this.#options.place() };
  }

  /** Starts a run, unless one is under way or another process runs the connection. */
  start(): void {
    this.#runs.start();
  }

  /** The same where the last run is older than this, ms. */
  startIfOlder(ms: number): void {
    this.#runs.startIfOlder(ms);
  }

  /** Fixes what one check has found, as far as Stagepost can. @returns its findings afterwards; null where another process runs the connection */
  async fix(check: Fixable): Promise<Finding[] | null> {
    const findings = await this.#runs.fix(check);
    await this.#options.onFixed();
    return findings;
  }

  /** Sends a webhook without any effect to Stagepost itself, the way the side would, and finds it in the inbox. */
  async testWebhook(side: Side): Promise<TestResult<StoredRequest>> {
    const { connection, db, publicUrl, localUrl } = this.#options;
    const mark = `stagepost-test-${randomUUID()}`;
    const store = await db();
    const after = await newestRequestId(store);
    return testWebhook({
      ...SENDERS[side],
      request: testRequest(side, connection, mark),
      publicUrl: publicUrl(),
      localUrl: localUrl() ?? '',
      find: () => requestWith(store, { connection: connection.name, source: side, after, text: mark }),
    });
  }

  /** Live work goes first: checks have the lowest priority. */
  #clients(): Clients | null {
    const clients = this.#options.place() === 'here' ? this.#options.clients() : null;
    return clients && { ...clients, kommo: withOptions(clients.kommo, { priority: 'bulk' }) };
  }
}

function testRequest(side: Side, { name, kommo, customerio }: ConnectionConfig, mark: string) {
  if (side === 'kommo') return kommoTest(name, kommo.webhookSecret.reveal(), mark);
  // The real clock, not the queue's: whether a signature is fresh is judged by Customer.io's time.
  return customerioTest(name, customerio.signingKeys[0]!.reveal(), mark, Date.now());
}
