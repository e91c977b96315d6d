import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { parse } from 'yaml';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import type { SimulatorOptions } from '../../../simulators/customerio/types.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { defaultFields, defaultUsers } from '../../../simulators/kommo/seed.ts';
import type { KommoSimulatorOptions } from '../../../simulators/kommo/types.ts';
import type { App } from '../../../src/app.ts';
import { trace } from '../../../src/store/events/trace.ts';
import { WEBHOOK_SECRET } from '../../support/example-env.ts';
import type { SentStep } from './inputs.ts';

/** A connection of the configuration, as YAML has it. */
// biome-ignore lint/suspicious/noExplicitAny: scenarios edit any part of it
export type ConnectionYaml = any;

export interface Step {
  /** Unix seconds. */
  at: number;
  do(scene: Scene): unknown;
}

/** One case, or a variant of one: what happens to a connection of its own, and what must come of it. */
export interface Scenario {
  /** The number of the case, e.g. `03`. */
  case: string;
  /** What holds, as a sentence. */
  title: string;
  /** Edits the example's connection. */
  config?(connection: ConnectionYaml): void;
  kommo?: KommoSimulatorOptions;
  customerio?: SimulatorOptions;
  /** Fills the account before Stagepost starts; no webhook leaves. */
  setUp?(scene: Scene): unknown;
  steps: Step[];
  /** Looks at both sides after the last step of all scenarios. */
  check(scene: Scene): unknown;
  /** A neighbour of the case: where the kind of the database cannot matter, PostgreSQL is enough. */
  isVariant?: boolean;
  /** Why it may not hold yet: a failure is skipped with this reason. */
  open?: string | undefined;
}

/** A scenario while it plays: Stagepost's connection between two simulators of its own. */
export interface Scene {
  scenario: Scenario;
  connection: string;
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  /** What steps keep for the check. */
  seen: Record<string, unknown>;
  /** The first error of a step. */
  failure: unknown;
  /** Whether work that cannot end is open for now, so that nobody waits for it. */
  blocked: boolean;
  /** When each webhook of Kommo left, unix seconds: the clock may have passed the second of its step. */
  hookTimes: number[];
  /** Sends a webhook of Kommo. @returns the status */
  hook(body: string): Promise<number>;
  /** Sends a signed report of Customer.io. @returns the status */
  report(body: Record<string, unknown>): Promise<number>;
  send(step: SentStep): Promise<number>;
  /** Everything that the trace of a deal or person says, as text. */
  trace(query: string | number): Promise<string>;
  deadLetters(): Promise<number>;
  /** How many events wait for the decision of a person. */
  held(): Promise<number>;
}

export interface SceneOptions {
  scenario: Scenario;
  connection: string;
  now(): number;
  app(): App;
}

/** A sender that gave up on a busy machine would come again minutes later: cases are about what is decided, not how soon. */
const PATIENCE_MS = 60_000;
/** A 503 asks for the same request once more. */
const MAX_REPEATS = 5;

/** Starts both simulators of a scenario and fills them. */
export async function createScene({ scenario, connection, now, app }: SceneOptions): Promise<Scene> {
  const kommo = await startKommoSimulator({
    hookTimeoutMs: PATIENCE_MS,
    // Kommo sends a webhook again after minutes where the receiver could not store it, as on a busy machine.
    timeScale: 100,
    rateLimit: false,
    now,
    account: { id: 32_100_321 },
    fields: defaultFields('select'),
    // A copy, since a scenario may deactivate one.
    users: defaultUsers.map((user) => ({ ...user })),
    ...scenario.kommo,
  });
  const customerio = await startCustomerioSimulator({
    now,
    campaigns: [],
    reportTimeoutMs: PATIENCE_MS,
    ...scenario.customerio,
  });
  const post = async (path: string, headers: Record<string, string>, body: string): Promise<number> => {
    let response = await fetch(app().url + path, { method: 'POST', headers, body });
    for (let again = 0; response.status === 503 && again < MAX_REPEATS; again += 1)
      response = await fetch(app().url + path, { method: 'POST', headers, body });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`POST ${path} was answered ${response.status}: ${text}`);
    return response.status;
  };
  const scene: Scene = {
    scenario,
    connection,
    kommo,
    customerio,
    seen: {},
    failure: null,
    blocked: false,
    hookTimes: [],
    hook(body) {
      scene.hookTimes.push(Math.floor(now() / 1000));
      return post(
        `/webhooks/kommo/${connection}/${WEBHOOK_SECRET}`,
        { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      );
    },
    report(report) {
      const body = JSON.stringify(report);
      // Stagepost compares it with the clock of the machine, not with the one of the test.
      const at = String(Math.floor(Date.now() / 1000));
      const key = customerio.credentials.signingKey;
      const signature = createHmac('sha256', key).update(`v0:${at}:${body}`).digest('hex');
      const headers = {
        'content-type': 'application/json',
        'x-cio-timestamp': at,
        'x-cio-signature': signature,
      };
      return post(`/webhooks/customerio/${connection}`, headers, body);
    },
    send: ({ to, body }) =>
      to === 'kommo' ? scene.hook(body as string) : scene.report(body as Record<string, unknown>),
    trace: async (query) => JSON.stringify(await trace(app().database.db, connection, String(query))),
    deadLetters: () => countOf(app(), 'actions', 'dead', connection),
    held: () => countOf(app(), 'events', 'held', connection),
  };
  await scenario.setUp?.(scene);
  return scene;
}

async function countOf(
  { database: { db } }: App,
  table: 'actions' | 'events',
  state: string,
  connection: string,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(table)} where connection = ${connection} and state = ${state}
  `.execute(db);
  return rows[0]!.count;
}

/** The example's connection with the addresses and keys of a scene's simulators, and the scenario's edits. */
export function connectionOf({ scenario, kommo, customerio }: Scene, example: string): ConnectionYaml {
  const { connections } = parse(example) as { connections: { acme: ConnectionYaml } };
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  const connection = {
    ...connections.acme,
    kommo: { url: kommo.url, token: kommo.token, webhook_secret: WEBHOOK_SECRET },
    customerio: {
      site_id: siteId,
      api_key: apiKey,
      signing_key: signingKey,
      app_key: appKey,
      track_url: customerio.url,
      app_url: customerio.url,
    },
  };
  scenario.config?.(connection);
  return connection;
}
