import type { Report, ReportDelivery, SimulatorEvent } from '../types.ts';
import { isAccepted, type Outcome, reportLifeMs, retryWaitMs } from './retry-class.ts';

export interface QueueOptions {
  webhookId: number;
  post(report: Report, signal: AbortSignal): Promise<Outcome>;
  emit(make: () => SimulatorEvent): void;
  log(delivery: ReportDelivery): void;
  now(): number;
  nameOf(report: Report): string;
  timeScale: number;
  shortRetryMs: number;
  parallel: number;
}

export interface ReportQueue {
  push(report: Report): void;
  /** Forgets what waits. */
  clear(): void;
  readonly pending: number;
  /** ms of Customer.io's clock, a running block included. */
  readonly blockedMs: number;
  close(): Promise<void>;
}

interface Waiting {
  report: Report;
  since: number;
  attempts: number;
}

/**
 * The queue of one webhook. The head is sent until it is accepted or seven days old, and everything behind
 * it waits: that one bad answer stops the whole feed is the rule the docs state most plainly.
 */
export function createReportQueue(options: QueueOptions): ReportQueue {
  const waiting: Waiting[] = [];
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let blockedBefore = 0;
  let blockedSince: number | null = null;
  const scaled = (since: number) => (options.now() - since) * options.timeScale;

  const unblock = () => {
    if (blockedSince !== null) blockedBefore += scaled(blockedSince);
    blockedSince = null;
  };

  /** Returns the wait in ms of Customer.io's clock before the next attempt, or null when this one is done. */
  const attempt = async (entry: Waiting): Promise<number | null> => {
    const startedAt = options.now();
    entry.attempts++;
    const outcome = await options.post(entry.report, stopping.signal);
    if (stopping.signal.aborted) return null;
    const accepted = isAccepted(outcome);
    const expired = !accepted && scaled(entry.since) >= reportLifeMs;
    const wait = accepted || expired ? null : retryWaitMs(outcome, entry.attempts, options.shortRetryMs);
    if (!accepted) blockedSince ??= startedAt;
    if (wait === null) remove(waiting, entry);
    record(options, entry, outcome, startedAt, wait);
    if (expired) {
      const { report } = entry;
      options.emit(() => ({ type: 'report_expired', report, webhookId: options.webhookId }));
    }
    return wait;
  };

  const run = async () => {
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const waits = await Promise.all(waiting.slice(0, options.parallel).map(attempt));
      const wait = Math.max(-1, ...waits.filter((ms) => ms !== null));
      if (wait < 0) unblock();
      else await pause(wait / options.timeScale, stopping.signal);
    }
    unblock();
    running = null;
  };

  return {
    push(report) {
      if (stopping.signal.aborted) return;
      waiting.push({ report, since: options.now(), attempts: 0 });
      running ??= run();
    },
    clear: () => void waiting.splice(0),
    get pending() {
      return waiting.length;
    },
    get blockedMs() {
      return blockedBefore + (blockedSince === null ? 0 : scaled(blockedSince));
    },
    async close() {
      stopping.abort();
      await running;
    },
  };
}

function remove(waiting: Waiting[], entry: Waiting): void {
  const at = waiting.indexOf(entry);
  if (at >= 0) waiting.splice(at, 1);
}

function record(
  options: QueueOptions,
  entry: Waiting,
  outcome: Outcome,
  startedAt: number,
  wait: number | null,
) {
  const delivery: ReportDelivery = {
    at: startedAt,
    webhookId: options.webhookId,
    eventId: entry.report.event_id,
    name: options.nameOf(entry.report),
    attempt: entry.attempts,
    status: 'status' in outcome ? outcome.status : null,
    error: 'error' in outcome ? outcome.error : null,
    tookMs: options.now() - startedAt,
    retryInMs: wait,
  };
  options.log(delivery);
  const type = isAccepted(outcome) ? 'report_delivered' : 'report_failed';
  options.emit(() => ({ type, report: entry.report, delivery }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    // setTimeout takes 32 bits at most; longer waits (12 h fit easily) do not occur.
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
