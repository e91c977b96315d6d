import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Destination } from '../../domain/actions.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { type ActionOutcome, type NewAttempt, nextDueAt, saveOutcomes } from '../../store/actions/actions.ts';
import { type DueAction, dueActions } from '../../store/actions/due-actions.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { failedOutcome, type PendingAction } from './outcome.ts';

export type OutboxRow = DueAction;

/** What came of one call (or a few) for a unit of actions. */
export interface DeliveryResult {
  settlements: ActionOutcome[];
  attempts: Omit<NewAttempt, 'connection' | 'lane'>[];
  /** Set where not this unit but the destination is the trouble: the whole lane waits. */
  stop?: DeliveryError;
}

export interface LaneOptions {
  connection: string;
  /** Who holds the connection's lease. */
  owner: string;
  lane: Destination;
  db: Db;
  clock: Clock;
  log: Logger;
  /** How many units are under way at once. */
  concurrency: number;
  /** Awaited before a look at the outbox: for company, where calls are scarce. */
  beforeLook?(): Promise<void>;
  /** How many actions are looked at in one go: enough for the units that may start. Asked before every look. */
  readonly lookAhead: number;
  /** Splits what is due into units; each is sent by one call of `send`. May leave some for later. */
  group(due: OutboxRow[]): OutboxRow[][];
  /** Delivers a unit. Never throws for what a destination does. */
  send(unit: OutboxRow[]): Promise<DeliveryResult>;
  /** Called after outcomes are stored, with the lanes where something became ready by them. */
  onSettled(released: Destination[]): void;
}

export interface LaneState {
  state: 'open' | 'waiting' | 'held';
  /** Why the lane does not deliver, in words. */
  reason: string | null;
  until: Millis | null;
}

/** The ordered stream of a connection's actions to one destination. */
export interface Lane {
  /** There may be something to deliver. Cheap: a spurious wake costs one query. */
  wake(): void;
  state(): LaneState;
  /** Starts no further call, waits for those under way and stores their outcomes. */
  stop(): Promise<void>;
}

/** How long a lane waits before it asks again a destination that refuses the token: about a minute. */
const HELD_MS = 60_000;
/** The pause after a 429 that names no time. Kommo counts single seconds, so this is ample. */
const SLOW_DOWN_MS = 5_000;
const DATABASE_RETRY_MS = 1_000;
/**
 * With so many calls in the air their ends are stored together, after this wait, in ms: one commit and one look at
 * the queue for several. Fewer calls never wait.
 */
const BUSY = 8;
const LINGER_MS = 20;
/** A look so soon after a call went out is one of a burst, and waits so long for company; both in ms. */
const BURST_MS = 10;
const BURST_LINGER_MS = 5;
/**
 * After so many rounds of calls without an answer or with a 5xx the destination is down, whatever the items are: the
 * lane waits, longer each time, instead of trying every action of a long queue in vain.
 */
const DOWN_AFTER = 5;
const MAX_DOWN_MS = 60_000;

const UNREADABLE = new DeliveryError(
  'permanent',
  'This version of Stagepost does not know this action: another version has stored it.',
);

export function createLane(options: LaneOptions): Lane {
  const { connection, lane, db, clock, log } = options;
  const busy = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let finished: { unit: { subject: string }[]; delivered: DeliveryResult }[] = [];
  let pumping: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: { handle: unknown; at: Millis } | null = null;
  let pause: { until: Millis; error: DeliveryError } | null = null;
  let failedInARow = 0;
  let begunAt = Number.NEGATIVE_INFINITY;

  function wake(): void {
    again = true;
    if (pumping || stopped) return;
    pumping = pump().finally(() => {
      pumping = null;
      if (again && !stopped) wake();
    });
  }

  async function pump(): Promise<void> {
    try {
      while (again && !stopped) {
        again = false;
        if (underWay.size >= BUSY) await sleep(LINGER_MS);
        else if (performance.now() - begunAt < BURST_MS) await sleep(BURST_LINGER_MS);
        await storeFinished();
        if (pause && clock.now() < pause.until) return wakeAt(pause.until);
        pause = null;
        if (underWay.size >= options.concurrency) continue;
        await options.beforeLook?.();
        // The look that follows sees all that was stored and woken for until now.
        again = false;
        await start();
      }
      if (finished.length > 0) await storeFinished();
    } catch (error) {
      log.error({ err: error, connection, lane }, 'the lane could not reach its database; trying again');
      again = false;
      wakeAt(clock.now() + DATABASE_RETRY_MS);
    }
  }

  async function start(): Promise<void> {
    const now = clock.now();
    const { due, unreadable } = await dueActions(db, connection, lane, now, options.lookAhead);
    if (stopped) return;
    if (unreadable.length > 0) refuse(unreadable);
    const free = due.filter((action) => !busy.has(action.subject));
    for (const unit of options.group(free)) {
      if (underWay.size >= options.concurrency) break;
      begin(unit);
    }
    if (due.length === 0) {
      const next = await nextDueAt(db, connection, lane, now);
      if (next !== null) wakeAt(next);
    }
  }

  /** Dead letters, which can be replayed by a version of Stagepost that knows them. */
  function refuse(actions: (PendingAction & { subject: string })[]): void {
    const settlements = actions.map((action) => failedOutcome(action, UNREADABLE, clock.now(), 0));
    finished.push({ unit: actions, delivered: { settlements, attempts: [] } });
    again = true;
  }

  function begin(unit: OutboxRow[]): void {
    begunAt = performance.now();
    for (const action of unit) busy.add(action.subject);
    const work = options
      .send(unit)
      .then((delivered) => {
        finished.push({ unit, delivered });
      })
      .catch((error: unknown) => {
        // A fault of our own, not of the destination: say it loudly, and read back before any repetition.
        log.error(
          { err: error, connection, lane, actions: unit.map((action) => action.id) },
          'delivery broke',
        );
        const broken = new DeliveryError(
          'unknown',
          'Stagepost failed during the delivery; its log says how.',
        );
        const settlements = unit.map((action) => failedOutcome(action, broken, clock.now(), Math.random()));
        finished.push({ unit, delivered: { settlements, attempts: [] } });
      })
      .finally(() => {
        underWay.delete(work);
        wake();
      });
    underWay.add(work);
  }

  /** Outcomes of all calls that ended meanwhile, with one commit. */
  async function storeFinished(): Promise<void> {
    // A copy: calls end while this is being stored, and theirs are for the next time.
    const batch = [...finished];
    if (batch.length === 0) return;
    const released = await saveOutcomes(
      db,
      batch.flatMap(({ delivered }) => delivered.settlements),
      clock.now(),
      options.owner,
      batch.flatMap(({ delivered }) =>
        delivered.attempts.map((attempt) => ({ connection, lane, ...attempt })),
      ),
    );
    finished = finished.slice(batch.length);
    for (const { unit, delivered } of batch) {
      for (const action of unit) busy.delete(action.subject);
      if (delivered.stop) holdBack(delivered.stop);
    }
    noteCalls(batch.flatMap(({ delivered }) => delivered.attempts));
    again = true;
    options.onSettled(released);
  }

  /** Counts how often in a row no call came through, and through no fault of an item. */
  function noteCalls(attempts: DeliveryResult['attempts']): void {
    const failing = attempts.filter(({ outcome }) => outcome === 'retryable' || outcome === 'unknown');
    if (attempts.length === 0) return;
    failedInARow = failing.length === attempts.length ? failedInARow + 1 : 0;
    if (failedInARow < DOWN_AFTER) return;
    const words = failing.at(-1)!.error ?? 'The destination does not answer.';
    pauseFor(
      Math.min(MAX_DOWN_MS, 1000 * 2 ** (failedInARow - DOWN_AFTER)),
      new DeliveryError('retryable', words),
    );
  }

  function holdBack(error: DeliveryError): void {
    const least = error.failure === 'unauthorized' ? HELD_MS : SLOW_DOWN_MS;
    pauseFor(Math.max(error.retryAfterMs ?? 0, least), error);
  }

  function pauseFor(ms: Millis, error: DeliveryError): void {
    pause = { until: Math.max(pause?.until ?? 0, clock.now() + ms), error };
    log.warn({ connection, lane, waitMs: ms, failure: error.failure }, error.message);
  }

  function wakeAt(time: Millis): void {
    if (stopped) return;
    if (timer && timer.at <= time) return;
    if (timer) clock.clearTimeout(timer.handle);
    const ring = () => {
      timer = null;
      wake();
    };
    timer = { handle: clock.setTimeout(ring, Math.max(1, time - clock.now())), at: time };
  }

  function state(): LaneState {
    if (!pause || clock.now() >= pause.until) return { state: 'open', reason: null, until: null };
    const held = pause.error.failure === 'unauthorized';
    return { state: held ? 'held' : 'waiting', reason: pause.error.message, until: pause.until };
  }

  async function stop(): Promise<void> {
    stopped = true;
    if (timer) clock.clearTimeout(timer.handle);
    await pumping;
    await Promise.allSettled(underWay);
    await storeFinished().catch((error) =>
      log.error({ err: error, connection, lane }, 'outcomes not stored'),
    );
  }

  return { wake, state, stop };
}

/** The error of a call as the lanes understand it; anything unexpected is tried again. */
export function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('retryable', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** Whether an error concerns the destination as a whole and not the action that met it. */
export function stopsLane(error: DeliveryError): boolean {
  return error.failure === 'throttled' || error.failure === 'unauthorized';
}
