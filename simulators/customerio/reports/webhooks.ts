import type { AddReportingWebhook } from '../controls.ts';
import type { Report, ReportingWebhook } from '../types.ts';
import { subscriptionNames } from './metrics.ts';
import type { ReportQueue } from './queue.ts';

export type WebhookFields = Omit<ReportingWebhook, 'id' | 'type'>;

export interface ReportingWebhooks {
  list(): ReportingWebhook[];
  get(id: number): ReportingWebhook | undefined;
  add(fields: WebhookFields): ReportingWebhook;
  update(id: number, fields: WebhookFields): ReportingWebhook | undefined;
  remove(id: number): boolean;
  /** Queues the report at every webhook that wants it, and returns their ids. */
  dispatch(report: Report, subscription: string): number[];
  readonly pending: number;
  readonly blockedMs: number;
  close(): Promise<void>;
}

interface Entry {
  webhook: ReportingWebhook;
  queue: ReportQueue;
  /** Deliveries whose first open or click was sent. */
  seen: Set<string>;
}

/** The registry of reporting webhooks. Each has its own queue, so a dead endpoint does not affect the others. */
export function createReportingWebhooks(queueFor: (webhook: () => ReportingWebhook) => ReportQueue) {
  const entries = new Map<number, Entry>();
  let lastId = 0;
  let blockedByRemoved = 0;

  const webhooks: ReportingWebhooks = {
    list: () => [...entries.values()].map((entry) => entry.webhook),
    get: (id) => entries.get(id)?.webhook,
    add(fields) {
      const id = ++lastId;
      const webhook: ReportingWebhook = { id, type: 'webhook', ...fields };
      const queue = queueFor(() => entries.get(id)?.webhook ?? webhook);
      entries.set(id, { webhook, queue, seen: new Set() });
      return webhook;
    },
    update(id, fields) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      entry.webhook = { id, type: 'webhook', ...fields };
      if (fields.disabled) entry.queue.clear();
      return entry.webhook;
    },
    remove(id) {
      const entry = entries.get(id);
      if (!entry) return false;
      entries.delete(id);
      blockedByRemoved += entry.queue.blockedMs;
      void entry.queue.close();
      return true;
    },
    dispatch(report, subscription) {
      const wanted = [...entries.values()].filter((entry) => wants(entry, report, subscription));
      for (const entry of wanted) entry.queue.push(report);
      return wanted.map((entry) => entry.webhook.id);
    },
    get pending() {
      return sum(entries, (entry) => entry.queue.pending);
    },
    get blockedMs() {
      return blockedByRemoved + sum(entries, (entry) => entry.queue.blockedMs);
    },
    async close() {
      await Promise.all([...entries.values()].map((entry) => entry.queue.close()));
    },
  };
  return webhooks;
}

/** `full_resolution: false` lets only the first open and the first click of a delivery through, human or not. */
function wants({ webhook, seen }: Entry, report: Report, subscription: string): boolean {
  if (webhook.disabled || !webhook.events.includes(subscription)) return false;
  if (webhook.full_resolution || !['opened', 'clicked'].includes(report.metric)) return true;
  const key = `${report.metric} ${String(report.data.delivery_id)}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function sum(entries: Map<number, Entry>, value: (entry: Entry) => number): number {
  let total = 0;
  for (const entry of entries.values()) total += value(entry);
  return total;
}

export function webhookFields(options: AddReportingWebhook, fullResolution: boolean): WebhookFields {
  const events = options.events ?? [...subscriptionNames];
  const unknown = events.find((name) => !subscriptionNames.includes(name));
  if (unknown) throw new Error(`Customer.io has no report named "${unknown}" to subscribe to.`);
  return {
    name: options.name ?? 'Stagepost',
    endpoint: options.endpoint,
    events,
    disabled: false,
    full_resolution: options.fullResolution ?? fullResolution,
    with_content: options.withContent ?? false,
  };
}
