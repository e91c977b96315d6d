/**
 * How much memory does `stagepost serve` take, and how long does a start take? A process of its own is started on a
 * new database, then on the existing one. That second one then gets 2,000 stage changes at 200 a second, and after
 * them 5,000 reports (an open and a click or two for each message). Both simulators answer at once and keep Kommo's
 * 7 requests a second. Memory is the resident set as Linux counts it.
 *
 * Run: node bench/memory.ts [--database postgres] [--deals 2000] [--reports 5000]
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CustomerioSimulator, startCustomerioSimulator } from '../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../simulators/kommo/index.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../test/support/example-env.ts';
import { writeLoadConfig } from '../test/support/load-config.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';

/** Deals or reports a second. */
const RATE = 200;
/** The load takes half a minute; more where others use the machine, too. */
const PATIENCE_MS = 300_000;
/** A start that has said "listening" still does its first reading; memory is read after that, in ms. */
const SETTLE_MS = 3_000;

export interface StartMemory {
  /** From the spawn to "listening", in ms. */
  startMs: number;
  /** Some seconds after "listening", in MB. */
  rssMb: number;
  /** The most since the process began, in MB. */
  peakMb: number;
}

export interface MemoryReport {
  /** On a new folder, or an empty database. */
  firstStart: StartMemory;
  /** On what the first one left. */
  secondStart: StartMemory;
  /** The second process, from its start to the end of the load, in MB. */
  underLoadMb: number;
  /** After the load, in MB. */
  afterLoadMb: number;
  /** From the first stage change until everything is delivered, in ms. */
  loadMs: number;
}

export interface LoadSize {
  deals: number;
  reports: number;
}

interface Sides {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

/** @throws where the load does not arrive in time. */
export async function memory(
  database: 'embedded' | 'postgres',
  size: LoadSize = { deals: 2_000, reports: 5_000 },
): Promise<MemoryReport> {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-memory-'));
  const postgres = database === 'postgres' ? await startPostgresServer() : null;
  // On a busy machine it would call the webhook dead after a hundred late answers.
  const kommo = await startKommoSimulator({ hookTimeoutMs: 60_000 });
  const customerio = await startCustomerioSimulator({ fullResolution: true });
  const start = () => serve({ kommo, customerio }, join(folder, 'data'), postgres?.url);
  let running: Serving | null = null;
  try {
    running = await start();
    const firstStart = await settledStart(running);
    await running.stop();
    running = await start();
    const secondStart = await settledStart(running);
    const loadMs = await load({ kommo, customerio }, running.url, size);
    const { peakMb: underLoadMb, rssMb: afterLoadMb } = running.memory();
    await running.stop();
    return { firstStart, secondStart, underLoadMb, afterLoadMb, loadMs };
  } finally {
    running?.child.kill('SIGKILL');
    await Promise.all([kommo.close(), customerio.close()]);
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Serving {
  child: ChildProcess;
  url: string;
  startMs: number;
  memory(): { rssMb: number; peakMb: number };
  stop(): Promise<void>;
}

async function serve(sides: Sides, data: string, databaseUrl: string | undefined): Promise<Serving> {
  const args = ['serve', '--port', '0', '--data', data, '--config', writeLoadConfig(dirname(data))];
  const database: Record<string, string> = databaseUrl ? { DATABASE_URL: databaseUrl } : {};
  const env = { ...exampleEnv(sides.kommo, sides.customerio), STAGEPOST_LOG: 'error', ...database };
  const started = performance.now();
  const child = spawnStagepost(args, { env, stderr: 'inherit' });
  const url = await whenListening(child);
  if (url === null) throw new Error('serve ended before it listened.');
  return {
    child,
    url,
    startMs: performance.now() - started,
    memory: () => memoryOf(child.pid!),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function memoryOf(pid: number): { rssMb: number; peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024;
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}

async function settledStart({ startMs, memory }: Serving): Promise<StartMemory> {
  await sleep(SETTLE_MS);
  return { startMs, ...memory() };
}

/** @returns ms until everything has arrived at both sides. */
async function load({ kommo, customerio }: Sides, url: string, size: LoadSize): Promise<number> {
  const deals = Array.from({ length: size.deals }, (_, n) => {
    const contact = kommo.createContact({ name: 'Ann Lee', email: `person${n}@example.com` });
    return kommo.createDeal({ name: 'Acme', contactIds: [contact.id], fields: { Plan: 'Pro' } }).id;
  });
  kommo.addHook({ destination: `${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
  customerio.addReportingWebhook({ endpoint: `${url}/webhooks/customerio/acme`, fullResolution: true });
  const started = performance.now();
  await paced(deals, (deal) => kommo.moveDeal(deal, 142, kommo.pipelineId('Sales')));
  await kommo.waitFor(() => kommo.notes().length >= size.deals, {
    timeoutMs: PATIENCE_MS,
    what: 'a note for every move',
  });
  const messages = customerio.messages();
  const reports = Array.from({ length: size.reports }, (_, n) => n);
  await paced(reports, (n) => {
    const { deliveryId } = messages[n % messages.length]!;
    if (n < messages.length) customerio.open(deliveryId);
    else customerio.click(deliveryId, undefined, { syntheticOpen: false });
  });
  await kommo.waitFor(() => kommo.notes().length >= size.deals + size.reports, {
    timeoutMs: PATIENCE_MS,
    what: 'a note for every report',
  });
  return performance.now() - started;
}

/** Does `act` for each, RATE times a second. */
async function paced<T>(items: T[], act: (item: T) => void): Promise<void> {
  const started = performance.now();
  for (const [n, item] of items.entries()) {
    const early = started + (n * 1_000) / RATE - performance.now();
    if (early > 5) await sleep(early);
    act(item);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      database: { type: 'string', default: 'embedded' },
      deals: { type: 'string', default: '2000' },
      reports: { type: 'string', default: '5000' },
    },
  });
  const report = await memory(values.database === 'postgres' ? 'postgres' : 'embedded', {
    deals: Number(values.deals),
    reports: Number(values.reports),
  });
  const start = ({ startMs, rssMb, peakMb }: StartMemory) =>
    `${startMs.toFixed(0)} ms, ${rssMb.toFixed(0)} MB (at most ${peakMb.toFixed(0)} MB)`;
  console.log(`memory: ${values.database}`);
  console.log(`  first start   ${start(report.firstStart)}`);
  console.log(`  second start  ${start(report.secondStart)}`);
  console.log(
    `  under load    at most ${report.underLoadMb.toFixed(0)} MB, ${report.afterLoadMb.toFixed(0)} MB after it; ${(report.loadMs / 1000).toFixed(1)} s`,
  );
}
