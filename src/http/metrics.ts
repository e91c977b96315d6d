import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { allItems, type Health } from '../health/health.ts';
import { Sampler } from '../lib/sampler.ts';
import type { OpenWork } from '../store/counts/open-work.ts';

export interface MetricsOptions {
  /** The judgement of all connections. */
  health(): Health;
  /** Counts the open work of every connection in the database. */
  readOpenWork(): Promise<OpenWork[]>;
  /** The size of the database when it was last recorded; null before. */
  readDatabaseBytes(): Promise<number | null>;
  /** Something could not be read from the database. */
  onError(error: unknown): void;
  /** How long a scrape waits for the count, ms; tests wait less. */
  waitMs?: number;
}

/** The numbers of this process for Prometheus. */
export interface Metrics {
  registry: Registry;
  /** A webhook was stored, could not be, or came with a wrong secret or signature. */
  webhook(source: string, outcome: 'stored' | 'failed' | 'refused'): void;
  /** An API call ended. `status` null: no answer. */
  call(destination: 'kommo' | 'customerio', connection: string, status: number | null, ms: number): void;
}

/** Open work is counted at most this often, ms: the counts grow with the queues. */
const COUNT_EVERY_MS = 2_000;
/** How long a scrape waits for the count, ms. Prometheus gives a scrape 10 s. */
const COUNT_WAIT_MS = 1_000;

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'stagepost_' });
  const received = new Counter({
    name: 'stagepost_webhooks_total',
    help: 'Webhooks received, by sender and outcome: stored, failed (answered 503), refused (wrong secret or signature)',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  const calls = new Histogram({
    name: 'stagepost_api_call_seconds',
    help: 'API calls, by destination, connection and status (0: no answer)',
    labelNames: ['destination', 'connection', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers: [registry],
  });
  addOpenWork(registry, options);
  addDatabaseSize(registry, options);
  addHealth(registry, options.health);
  return {
    registry,
    webhook: (source, outcome) => received.inc({ source, outcome }),
    call: (destination, connection, status, ms) =>
      calls.observe({ destination, connection, status: String(status ?? 0) }, ms / 1000),
  };
}

/**
 * The gauges that come from the database. While it is down or slow they keep their last values and say so: the counter of
 * failed webhooks must be readable just then.
 */
function addOpenWork(registry: Registry, { readOpenWork, onError, waitMs }: MetricsOptions): void {
  const openWork = new Sampler({
    read: readOpenWork,
    everyMs: COUNT_EVERY_MS,
    waitMs: waitMs ?? COUNT_WAIT_MS,
    onError,
  });
  new Gauge({
    name: 'stagepost_open',
    help: 'What is still to do, by connection and kind',
    labelNames: ['connection', 'kind'],
    registers: [registry],
    async collect() {
      const { value } = await openWork.sample();
      this.reset();
      for (const { connection, oldest: _, ...counts } of value ?? []) {
        for (const [kind, count] of Object.entries(counts)) this.set({ connection, kind }, count);
      }
    },
  });
  new Gauge({
    name: 'stagepost_open_stale',
    help: '1 while stagepost_open cannot be counted and shows the last known values, or none',
    registers: [registry],
    async collect() {
      const { isStale } = await openWork.sample();
      this.set(isStale ? 1 : 0);
    },
  });
}

/** The size is recorded every hour. */
const SIZE_EVERY_MS = 60_000;

function addDatabaseSize(registry: Registry, { readDatabaseBytes, onError, waitMs }: MetricsOptions): void {
  const size = new Sampler({
    read: readDatabaseBytes,
    everyMs: SIZE_EVERY_MS,
    waitMs: waitMs ?? COUNT_WAIT_MS,
    onError,
  });
  new Gauge({
    name: 'stagepost_database_bytes',
    help: 'The size of the database, recorded every hour; 0 before the first record',
    registers: [registry],
    async collect() {
      const { value } = await size.sample();
      this.set(value ?? 0);
    },
  });
}

/** The number of each light, the better the lower: `max(stagepost_health) > 2` is worth an alarm. */
const LIGHT_NUMBERS = { ok: 0, unknown: 1, warning: 2, broken: 3 } as const;

/** The judgement, by side and by item. An item that is over disappears. */
function addHealth(registry: Registry, health: () => Health): void {
  new Gauge({
    name: 'stagepost_health',
    help: 'The light by connection and side: 0 ok, 1 never proven, 2 warning, 3 broken. The installation has no connection',
    labelNames: ['connection', 'side'],
    registers: [registry],
    collect() {
      this.reset();
      const { installation, connections } = health();
      this.set({ connection: '', side: installation.side }, LIGHT_NUMBERS[installation.light]);
      for (const { connection, sides } of connections)
        for (const { side, light } of sides) this.set({ connection, side }, LIGHT_NUMBERS[light]);
    },
  });
  new Gauge({
    name: 'stagepost_health_item',
    help: 'The light of each item that is not well, by its code: 1 never proven, 2 warning, 3 broken',
    labelNames: ['connection', 'side', 'code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { connection, side, code, light } of allItems(health()))
        this.set({ connection: connection ?? '', side, code }, LIGHT_NUMBERS[light]);
    },
  });
}
