import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { Kind, Store } from '../../test/support/databases.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../../test/support/example-env.ts';
import { writeLoadConfig } from '../../test/support/load-config.ts';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../../test/support/stagepost-process.ts';
import { type Serving, serving } from './child.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface BenchWorldOptions {
  database: Kind;
  kommo?: KommoSimulatorOptions;
  customerio?: SimulatorOptions;
  /** With a key of the App API. */
  appKey?: boolean;
  /** An existing store, which outlives the world. Without it the world has a new one of its own. */
  store?: Store;
}

/** Both simulators in this process, and a place for Stagepost's data; the servers run as processes of their own. */
export interface BenchWorld {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  /** To fill it beforehand. */
  store: Store;
  /** What has happened at both sides since the start. */
  tally: { notes: number; events: number; identified: number };
  /** Stagepost, on the example's configuration. `unlimited`: without its 7 requests a second (`unlimited.ts`). */
  serve(pace?: 'limited' | 'unlimited'): Promise<Serving>;
  /** The direct handler, the reference (see `reference/direct.ts`); 0: without a limit. */
  direct(requestsPerSecond: number): Promise<Serving>;
  /** A deal of a new person, in the first stage of Sales. @returns its id and the person's email. */
  client(): { dealId: number; email: string };
  win(dealId: number): void;
  /** Tells the server of stage changes and of reports from now on. @returns how to end that. */
  connect(server: Serving): () => void;
  /** From now on both sides take their time and Kommo keeps its limit; off: they answer at once, without a limit. */
  pace(pace: { latencyMs: number } | 'off'): void;
  /** The body of Kommo's webhook about a move to Won. */
  wonBody(dealId: number): string;
  close(): Promise<void>;
}

/** Waits for a state by looking often; listeners that look after every happening would cost more than what is measured. */
export async function until(look: () => boolean, what: string, timeoutMs = 600_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; !look(); ) {
    if (Date.now() > end) throw new Error(`This did not happen within ${timeoutMs / 1000} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** With STAGEPOST_BENCH_PROFILE=folder each Stagepost leaves a processor profile there, for Chrome's developer tools. */
function profiled(): Record<string, string> {
  const folder = process.env.STAGEPOST_BENCH_PROFILE;
  return folder ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } : {};
}

/** A sender that gave up on a busy machine would come again minutes later: the figures shall show the delay instead. */
const PATIENT = { kommo: { hookTimeoutMs: 60_000 }, customerio: { reportTimeoutMs: 60_000 } };

/** Logs that grow with the load would measure the simulators. */
const KEEP = 1_000;

export async function startBenchWorld(options: BenchWorldOptions): Promise<BenchWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-bench-'));
  const postgres = options.database === 'postgres' && !options.store ? await startPostgresServer() : null;
  const kommo = await startKommoSimulator({ logSize: KEEP, ...PATIENT.kommo, ...options.kommo });
  const customerio = await startCustomerioSimulator({
    keep: KEEP,
    ...PATIENT.customerio,
    ...options.customerio,
  });
  const databaseUrl = options.store?.databaseUrl ?? postgres?.url;
  const dataDir = options.store?.dataDir ?? join(folder, 'data');
  const tally = { notes: 0, events: 0, identified: 0 };
  kommo.on(({ kind }) => {
    if (kind === 'note_added') tally.notes += 1;
  });
  customerio.on(({ type }) => {
    if (type === 'event') tally.events += 1;
    if (type === 'identified') tally.identified += 1;
  });
  let people = 0;

  return {
    kommo,
    customerio,
    tally,
    store: { dataDir: databaseUrl ? null : dataDir, databaseUrl },
    async serve(pace = 'limited') {
      const config = writeLoadConfig(folder);
      const database: Record<string, string> = databaseUrl ? { DATABASE_URL: databaseUrl } : {};
      const app: Record<string, string> = options.appKey
        ? { CUSTOMERIO_APP_KEY: customerio.credentials.appKey, CUSTOMERIO_APP_URL: customerio.url }
        : {};
      const env = {
        ...{ ...exampleEnv(kommo, customerio), STAGEPOST_LOG: 'error' },
        ...{ ...app, ...database, ...profiled() },
      };
      const child =
        pace === 'limited'
          ? spawnStagepost(['serve', '--port', '0', '--data', dataDir, '--config', config], {
              env,
              stderr: 'inherit',
            })
          : spawn(process.execPath, [join(ROOT, 'bench/support/unlimited.ts'), config, dataDir], {
              stdio: ['ignore', 'pipe', 'inherit'],
              env: { PATH: process.env.PATH, ...env },
            });
      return serving(child, (await whenListening(child))!);
    },
    async direct(requestsPerSecond) {
      const child = spawn(process.execPath, [join(ROOT, 'bench/reference/direct.ts')], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          PATH: process.env.PATH,
          REQUESTS_PER_SECOND: String(requestsPerSecond),
          ...exampleEnv(kommo, customerio),
        },
      });
      return serving(child, (await whenListening(child))!);
    },
    client() {
      people += 1;
      const email = `person${people}@example.com`;
      const contact = kommo.createContact({ name: 'Ann Lee', email, phone: '+34600000000' });
      const deal = kommo.createDeal({
        name: `Deal ${people}`,
        price: 1_200,
        contactIds: [contact.id],
        fields: { Plan: 'Pro' },
      });
      return { dealId: deal.id, email };
    },
    win: (dealId) => void kommo.moveDeal(dealId, 142, kommo.pipelineId('Sales')),
    connect(server) {
      const destination = `${server.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`;
      kommo.addHook({ destination, settings: ['status_lead'] });
      const endpoint = `${server.url}/webhooks/customerio/acme`;
      const events = ['email_opened'];
      const { id } = customerio.addReportingWebhook({ endpoint, events, fullResolution: true });
      return () => {
        kommo.removeHook(destination);
        customerio.removeReportingWebhook(id);
      };
    },
    pace(pace) {
      const latencyMs = pace === 'off' ? 0 : pace.latencyMs;
      kommo.setLatency(latencyMs);
      customerio.setLatency(latencyMs);
      kommo.setRateLimit(pace === 'off' ? false : {});
    },
    wonBody: (dealId) =>
      new URLSearchParams({
        'leads[status][0][id]': String(dealId),
        'leads[status][0][name]': 'Deal',
        'leads[status][0][status_id]': '142',
        'leads[status][0][old_status_id]': String(kommo.stageId('Sales', 'Onboarding')),
        'leads[status][0][pipeline_id]': String(kommo.pipelineId('Sales')),
        'leads[status][0][last_modified]': String(Math.floor(Date.now() / 1000)),
        'account[id]': String(kommo.account.id),
        'account[subdomain]': kommo.account.subdomain,
      }).toString(),
    async close() {
      await Promise.all([kommo.close(), customerio.close()]);
      await postgres?.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
