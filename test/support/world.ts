import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Clock, TestClock } from 'pg-boss';
import { type Logger, pino } from 'pino';
import {
  type CustomerioSimulator,
  type SimulatorOptions,
  startCustomerioSimulator,
} from '../../simulators/customerio/index.ts';
import {
  type KommoSimulator,
  type KommoSimulatorOptions,
  startKommoSimulator,
} from '../../simulators/kommo/index.ts';
import { type App, startApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import type { HealthTimes } from '../../src/health/monitor.ts';
import type { AccountOrigins } from '../../src/setup/setups.ts';
import { trace } from '../../src/store/events/trace.ts';
import { type Kind, removeStore, type Store, storeOf } from './databases.ts';
import { exampleEnv, WEBHOOK_SECRET } from './example-env.ts';
import { keepLastLines } from './last-lines.ts';
import { explainStandstill } from './standstill.ts';

export { WEBHOOK_SECRET };

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

export interface WorldOptions {
  /** Default: PostgreSQL, of which a new database takes a tenth of the processor time of an embedded one. */
  database?: Kind;
  /** Edits the example configuration. */
  config?: (yaml: string) => string;
  kommo?: KommoSimulatorOptions;
  customerio?: SimulatorOptions;
  /**
   * The most calls a second to Kommo. Default: more than any test makes, since within the 7 of an account the notes of each move
   * would wait for up to a second.
   */
  requestsPerSecond?: number;
  clock?: Clock;
  /** The key of the secrets in the database; default: one that is the same in every test. */
  secretKey?: string;
  /** Default: the level of `STAGEPOST_LOG` on the standard output; without it, the last lines where a start or stop does not end. */
  log?: Logger;
  /** With the App API key in the configuration. */
  appKey?: boolean;
  /** The intervals of the judgement of health. Default: no probes, so that their calls are not among those of a test. */
  healthTimes?: Partial<HealthTimes>;
  /** Where Stagepost listens; default: any free port. */
  port?: number;
  /** The public URL at which both sides reach Stagepost; default: none. */
  publicUrl?: string;
  /** Where it keeps its data, to start another one on it. Default: a new store, which `close` removes. */
  store?: Store;
}

/** Both simulators and a Stagepost between them, on the example configuration. */
export interface World {
  app: App;
  config: Config;
  /** Where it keeps its data. */
  store: Store;
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  /** A deal of a new person, in the first stage of Sales. */
  deal(part?: { email?: string | null; name?: string; price?: number; plan?: string }): {
    id: number;
    contactId: number;
  };
  /** Moves the deal to a stage of Sales by name. */
  move(dealId: number, stage: string): void;
  noteTexts(dealId: number): string[];
  taskTexts(dealId: number): string[];
  /** The last events of a deal or email with their outcome and reason. */
  trace(
    query: string | number,
  ): Promise<{ kind: string; name: string | null; state: string; reason: string | null }[]>;
  /** Resolves when nothing is left to understand, plan or deliver. */
  settled(): Promise<void>;
  /**
   * Stops Stagepost and starts it again on the same data. `whileDown` runs in between, and `edit` changes the example
   * configuration for this start.
   */
  restart(whileDown?: () => Promise<void>, edit?: (yaml: string) => string): Promise<void>;
  close(): Promise<void>;
}

/** Kommo itself gives up after 2 s and tries again after minutes. Both happen to webhooks of tests on a busy machine. */
const PATIENT_HOOKS = { hookTimeoutMs: 30_000, timeScale: 200 };

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const kommo = await startKommoSimulator({
    rateLimit: false,
    ...PATIENT_HOOKS,
    ...options.kommo,
  });
  const customerio = await startCustomerioSimulator(options.customerio ?? {});
  const store = options.store ?? (await storeOf(options.database ?? 'postgres'));
  const config = configFor(kommo, customerio, options);
  const origins = { kommo: kommo.url, customerio: customerio.url };
  const lines = keepLastLines();
  const log =
    options.log ?? (process.env.STAGEPOST_LOG ? pino({ level: process.env.STAGEPOST_LOG }) : lines.log);
  const explain = <T>(what: string, work: Promise<T>) =>
    explainStandstill(what, work, { store, lastLines: lines.text });
  const start = (config: Config) =>
    explain('The start', startStagepost(config, store, { ...options, log }, origins));
  let app = await start(config);
  kommo.addHook({ destination: `${app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
  const reporting = customerio.addReportingWebhook({ endpoint: `${app.url}/webhooks/customerio/acme` });
  let people = 0;

  const world: World = {
    get app() {
      return app;
    },
    config,
    store,
    kommo,
    customerio,
    deal({ email, name = 'Ann Lee', price = 1200, plan = 'Pro' } = {}) {
      people += 1;
      const [firstName, lastName] = name.split(' ');
      const address = email === undefined ? `ann${people}@example.com` : email;
      const contact = kommo.createContact({
        name,
        ...(firstName ? { firstName } : {}),
        ...(lastName ? { lastName } : {}),
        ...(address === null ? {} : { email: address }),
        phone: '+34600000000',
      });
      const company = kommo.createCompany({ name: 'Acme Ltd' });
      const deal = kommo.createDeal({
        name: `${name}, ${plan}`,
        price,
        contactIds: [contact.id],
        companyId: company.id,
        fields: { Plan: plan },
      });
      return { id: deal.id, contactId: contact.id };
    },
    move: (dealId, stage) =>
      void kommo.moveDeal(dealId, kommo.stageId('Sales', stage), kommo.pipelineId('Sales')),
    noteTexts: (dealId) => kommo.notes(dealId).map((note) => note.text),
    taskTexts: (dealId) => kommo.tasks(dealId).map((task) => task.text),
    async trace(query) {
      const { events } = await trace(app.database.db, 'acme', String(query));
      return events.map(({ event: { kind, name, state, reason } }) => ({ kind, name, state, reason }));
    },
    settled: () => settled(app, options.clock, lines.text),
    async restart(whileDown, edit) {
      await explain('The stop', app.close());
      await whileDown?.();
      app = await start(edit ? configFor(kommo, customerio, { ...options, config: edit }) : config);
      const [old] = kommo.hooks();
      if (old) {
        kommo.removeHook(old.destination);
        kommo.addHook({ destination: `${app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
      }
      customerio.removeReportingWebhook(reporting.id);
      reporting.id = customerio.addReportingWebhook({ endpoint: `${app.url}/webhooks/customerio/acme` }).id;
    },
    async close() {
      await explain('The stop', app.close());
      await Promise.all([kommo.close(), customerio.close()]);
      if (!options.store) removeStore(store);
    },
  };
  return world;
}

function configFor(kommo: KommoSimulator, customerio: CustomerioSimulator, options: WorldOptions): Config {
  const text = (options.config ?? ((yaml) => yaml))(EXAMPLE);
  const loaded = loadConfig({
    text,
    file: 'stagepost.yaml',
    env: {
      ...exampleEnv(kommo, customerio),
      CUSTOMERIO_APP_KEY: options.appKey ? customerio.credentials.appKey : '',
      CUSTOMERIO_APP_URL: customerio.url,
    },
  });
  if (!loaded.ok) throw new Error(`The test's configuration is wrong: ${JSON.stringify(loaded.problems)}`);
  for (const { kommo } of loaded.config.connections)
    kommo.requestsPerSecond = options.requestsPerSecond ?? UNLIMITED;
  return loaded.config;
}

const UNLIMITED = 10_000;

/** The first round reads nothing, and there is none after it within a test. */
const NO_PROBES: Partial<HealthTimes> = { judgeEveryMs: 3_600_000, firstProbeMs: 3_600_000 };

const SECRET_KEY = Buffer.alloc(32, 'stagepost').toString('base64');

/** Hashing with the usual cost would take a fifth of a second for each sign-in. */
const CHEAP_PASSWORDS = { N: 16, r: 8, p: 1 };

function startStagepost(
  config: Config,
  store: Store,
  options: WorldOptions & { log: Logger },
  accountOrigins: AccountOrigins,
): Promise<App> {
  return startApp({
    config,
    ...store,
    host: '127.0.0.1',
    port: options.port ?? 0,
    log: options.log,
    publicUrl: options.publicUrl,
    healthTimes: options.healthTimes ?? NO_PROBES,
    passwordCost: CHEAP_PASSWORDS,
    secretKey: options.secretKey ?? SECRET_KEY,
    accountOrigins,
    ...(options.clock ? { clock: options.clock } : {}),
  });
}

/** Whether anything is open. One statement sees one moment, so that no work slips past on its way. */
export async function hasWork({ database: { db } }: App): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select exists (select 1 from inbox where state = 'new') or exists (select 1 from untimed_moves)
      or exists (select 1 from events where state = 'new')
      or exists (select 1 from actions where state in ('ready', 'sending', 'waiting')) as open
  `.execute(db);
  return rows[0]!.open;
}

/**
 * Waits for the state in which nothing is open. A test's clock then goes as real time does, at the end of each second: what a
 * busy machine made Stagepost retry is due a second later, and would be never.
 */
async function settled(app: App, clock: Clock | undefined, lastLines: () => string): Promise<void> {
  const started = Date.now();
  let seconds = 0;
  for (let pauseMs = 5; await hasWork(app); pauseMs = Math.min(1.2 * pauseMs, 100)) {
    const waitedMs = Date.now() - started;
    if (waitedMs > 60_000)
      throw new Error(
        `Stagepost still has something to do after 60 s. Last lines of its log:\n${lastLines()}`,
      );
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (!(clock instanceof TestClock) || waitedMs < 1_000 * (seconds + 1)) continue;
    seconds += 1;
    await clock.tick(1_000);
  }
}
