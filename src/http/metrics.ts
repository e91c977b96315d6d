import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OpenWork } from '../store/counts/open-work.ts';

/** The numbers of this process for Prometheus. */
export interface Metrics {
  registry: Registry;
  /** A webhook was stored, could not be, or came with a wrong secret or signature. */
  webhook(source: string, outcome: 'stored' | 'failed' | 'refused'): void;
  /** An API call ended. `status` null: no answer. */
  call(destination: 'kommo' | 'customerio', connection: string, status: number | null, ms: number): void;
}

/** @param readOpenWork asked at each scrape. */
export function createMetrics(readOpenWork: () => Promise<OpenWork[]>): Metrics {
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
  new Gauge({
    name: 'stagepost_open',
    help: 'What is still to do, by connection and kind',
    labelNames: ['connection', 'kind'],
    registers: [registry],
    async collect() {
      for (const { connection, oldest: _, ...counts } of await readOpenWork()) {
        for (const [kind, count] of Object.entries(counts)) this.set({ connection, kind }, count);
      }
    },
  });
  return {
    registry,
    webhook: (source, outcome) => received.inc({ source, outcome }),
    call: (destination, connection, status, ms) =>
      calls.observe({ destination, connection, status: String(status ?? 0) }, ms / 1000),
  };
}
