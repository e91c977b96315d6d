import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from 'pg-boss';
import { pino } from 'pino';
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
import { trace } from '../../src/store/events/trace.ts';
import { type Kind, removeStore, type Store, storeOf } from './databases.ts';
import { exampleEnv, WEBHOOK_SECRET } from './example-env.ts';

export { WEBHOOK_SECRET };

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

export interface WorldOptions {
  database?: Kind;
  /** Edits the example configuration. */
  config?: (yaml: string) => string;
  kommo?: KommoSimulatorOptions;
  customerio?: SimulatorOptions;
  clock?: Clock;
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

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const kommo = await startKommoSimulator({ rateLimit: false, ...options.kommo });
  const customerio = await startCustomerioSimulator(options.customerio ?? {});
  const store = options.store ?? (await storeOf(options.database ?? 'embedded'));
  const config = configFor(kommo, customerio, options);
  const start = () => startStagepost(config, store, options);
  let app = await start();
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
    settled: () => settled(app),
    async restart(whileDown, edit) {
      await app.close();
      await whileDown?.();
      const edited = edit ? configFor(kommo, customerio, { ...options, config: edit }) : config;
      app = await startStagepost(edited, store, options);
      const [old] = kommo.hooks();
      if (old) {
        kommo.removeHook(old.destination);
        kommo.addHook({ destination: `${app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
      }
      customerio.removeReportingWebhook(reporting.id);
      reporting.id = customerio.addReportingWebhook({ endpoint: `${app.url}/webhooks/customerio/acme` }).id;
    },
    async close() {
      await app.close();
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
  return loaded.config;
}

/** The first round reads nothing, and there is none after it within a test. */
const NO_PROBES: Partial<HealthTimes> = { judgeEveryMs: 3_600_000, firstProbeMs: 3_600_000 };

/** Hashing with the usual cost would take a fifth of a second for each sign-in. */
const CHEAP_PASSWORDS = { N: 16, r: 8, p: 1 };

function startStagepost(config: Config, store: Store, options: WorldOptions): Promise<App> {
  return startApp({
    config,
    ...store,
    host: '127.0.0.1',
    port: options.port ?? 0,
    log: pino({ level: process.env.STAGEPOST_LOG ?? 'silent' }),
    publicUrl: options.publicUrl,
    healthTimes: options.healthTimes ?? NO_PROBES,
    passwordCost: CHEAP_PASSWORDS,
    ...(options.clock ? { clock: options.clock } : {}),
  });
}

/** Whether anything is open. It is asked in the order in which work goes its way, so that none slips past. */
export async function hasWork({ database: { db } }: App): Promise<boolean> {
  const open = [
    await db.selectFrom('inbox').select('id').where('state', '=', 'new').limit(1).execute(),
    await db.selectFrom('untimed_moves').select('id').limit(1).execute(),
    await db.selectFrom('events').select('id').where('state', '=', 'new').limit(1).execute(),
    await db
      .selectFrom('actions')
      .select('id')
      .where('state', 'in', ['ready', 'sending', 'waiting'])
      .limit(1)
      .execute(),
  ];
  return open.some((rows) => rows.length > 0);
}

/** Waits for the state in which nothing is open. */
async function settled(app: App): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (await hasWork(app)) {
    if (Date.now() > deadline) throw new Error('Stagepost still has something to do after 20 s.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
