import { randomUUID } from 'node:crypto';
import { Agent } from 'undici';
import type { HookFault } from '../../common/faults.ts';
import type { HookDelivery } from '../types.ts';
import { createTimers } from './clock.ts';
import { postHook } from './post.ts';
import { accountRetryMs, pipelineHealth, pipelineRetryMs } from './retry.ts';
import type { HookTarget } from './targets.ts';

export interface SenderOptions {
  now: () => number;
  timeScale: number;
  timeoutMs: number;
  inFlight: number;
  switches: () => {
    hookRequestId: 'new' | 'stable';
    hookTimeoutCountsAs: 0 | 499;
    digitalPipelineRetries: boolean;
  };
  fault: () => HookFault | null;
  log(delivery: HookDelivery): void;
  disabled(target: HookTarget): void;
}

export interface Sender {
  send(target: HookTarget, keys: string[], body: string): void;
  /** Forgets what still waits for this target. */
  forget(target: HookTarget): void;
  /** Webhooks queued, on the wire, held back or waiting for a further attempt. */
  readonly pending: number;
  /** Resolves when nothing is pending. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Job {
  /** In the order of `send`. */
  number: number;
  target: HookTarget;
  keys: string[];
  body: string;
  attempt: number;
  requestId: string;
}

/** Sends webhooks, a few at a time, with Kommo's further attempts, and with what is injected to go wrong. */
export function createSender(options: SenderOptions): Sender {
  const { now, timeScale, switches } = options;
  // Without timeouts of undici's: the simulator's own clock cuts off a slow receiver.
  const agent = new Agent({
    connections: options.inFlight,
    keepAliveTimeout: 10_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 0 },
  });
  const stopping = new AbortController();
  const timers = createTimers();
  const waiting: Job[] = [];
  const held = new Set<{ job: Job; release(): void }>();
  const idlers: (() => void)[] = [];
  let flying = 0;
  let lastNumber = 0;

  const pending = () => waiting.length + flying + timers.size;
  const settle = () => {
    if (pending() === 0) for (const resolve of idlers.splice(0)) resolve();
  };

  const fill = () => {
    while (flying < options.inFlight && waiting.length > 0) {
      flying += 1;
      void fly(waiting.shift()!);
    }
  };
  const enqueue = (job: Job) => {
    if (stopping.signal.aborted || job.target.disabled) return;
    waiting.push(job);
    fill();
  };

  const arrive = (job: Job) => {
    enqueue(job);
    settle();
  };

  const fly = async (job: Job) => {
    const at = now();
    const started = performance.now();
    const status = await postHook({
      destination: job.target.destination,
      body: job.body,
      requestId: job.requestId,
      timeoutMs: options.timeoutMs,
      timeoutCountsAs: switches().hookTimeoutCountsAs,
      agent,
      signal: stopping.signal,
    });
    flying -= 1;
    if (stopping.signal.aborted) return settle();
    const nextAt = judge(job, status);
    options.log(record(job, { at, status, tookMs: performance.now() - started, nextAt }));
    if (nextAt !== null) retryAt(nextAt, job);
    for (const other of [...held]) if (overtakes(job, other.job)) other.release();
    fill();
    settle();
  };

  /** Books the answer with its target and returns when to try again, in unix ms. */
  const judge = ({ target, attempt }: Job, status: number): number | null => {
    const tooMany = target.health.answered(status, now() * timeScale);
    if (tooMany && target.kind === 'account' && !target.disabled) disable(target);
    if (tooMany && target.kind === 'pipeline') {
      target.pausedUntil = now() + pipelineHealth.pauseMs / timeScale;
      target.health.reset();
    }
    if (target.disabled) return null;
    const wait = target.kind === 'account' ? accountRetryMs(attempt, status) : pipelineWait(attempt, status);
    return wait === null ? null : Math.max(now() + wait / timeScale, target.pausedUntil);
  };
  const pipelineWait = (attempt: number, status: number) =>
    switches().digitalPipelineRetries ? pipelineRetryMs(attempt, status) : null;

  const disable = (target: HookTarget) => {
    target.disabled = true;
    forget(target);
    options.disabled(target);
  };

  const retryAt = (at: number, job: Job) => {
    const requestId = switches().hookRequestId === 'stable' ? job.requestId : randomUUID();
    timers.after(Math.max(0, at - now()), job.target, () => {
      // A pause that has begun since also holds back attempts that were planned before it.
      if (job.target.pausedUntil > now()) return retryAt(job.target.pausedUntil, job);
      arrive({ ...job, attempt: job.attempt + 1, requestId });
    });
  };

  const hold = (job: Job, ms: number) => {
    const timer = timers.after(ms, job.target, () => {
      held.delete(entry);
      arrive(job);
    });
    const entry = { job, release: timer.fireNow };
    held.add(entry);
  };

  const forget = (target: HookTarget) => {
    timers.cancel(target);
    for (const entry of [...held]) if (entry.job.target === target) held.delete(entry);
    waiting.splice(0, waiting.length, ...waiting.filter((job) => job.target !== target));
    settle();
  };

  return {
    send(target, keys, body) {
      if (stopping.signal.aborted || target.disabled) return;
      const { copies, delayMs, holdMs } = options.fault() ?? { copies: 1, delayMs: 0, holdMs: 0 };
      const number = ++lastNumber;
      const job = (): Job => ({ number, target, keys, body, attempt: 1, requestId: randomUUID() });
      if (copies === 0) options.log(record(job(), { at: now(), status: null, tookMs: 0, nextAt: null }));
      for (let copy = 0; copy < copies; copy++) {
        const made = job();
        if (holdMs > 0) hold(made, delayMs + holdMs);
        else if (delayMs > 0) timers.after(delayMs, target, () => arrive(made));
        else enqueue(made);
      }
    },
    forget,
    get pending() {
      return pending();
    },
    idle: () => (pending() === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
    async close() {
      stopping.abort();
      timers.cancelAll();
      held.clear();
      waiting.splice(0);
      for (const resolve of idlers.splice(0)) resolve();
      await agent.destroy();
    },
  };
}

const overtakes = (job: Job, held: Job): boolean => job.target === held.target && job.number > held.number;

function record(
  { target, keys, attempt, requestId, body }: Job,
  outcome: Pick<HookDelivery, 'at' | 'status' | 'tookMs' | 'nextAt'>,
): HookDelivery {
  const { id, destination } = target;
  return { ...outcome, hookId: id, destination, keys, attempt, requestId, body };
}
