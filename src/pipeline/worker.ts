import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Destination } from '../domain/actions.ts';
import { yieldToEventLoop } from '../lib/event-loop.ts';
import { recoverSending } from '../store/actions/actions.ts';
import { inLeasedTransaction, LeaseLost } from '../store/connections/leased-transaction.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { nextDueTimes, postponeFirst } from '../store/events/events.ts';
import type { Connection } from './connection.ts';
import { createCustomerioLane } from './deliver/customerio/lane.ts';
import { createKommoLane } from './deliver/kommo/lane.ts';
import { asDeliveryError, type Lane, type LaneState } from './deliver/lane.ts';
import { createReadAhead, type ReadAhead } from './gather/read-ahead.ts';
import { dealsRequiredByMove } from './gather/requirements.ts';
import { PLAN_BATCH, planBatch } from './plan/plan-batch.ts';
import { resolveMovesWithoutTime } from './understand/moves-without-time.ts';
import { RECONCILE_EVERY_MS } from './understand/reconcile.ts';
import { createReconciler } from './understand/reconciler.ts';
import { type ReportedMove, understand } from './understand/understand.ts';

/** Runs one connection: understands what came in, plans it, and keeps both lanes going. */
export interface ConnectionWorker {
  /** @param readBackAfterMs when to look what became of calls that another run has left without an answer. */
  start(readBackAfterMs: Millis): Promise<void>;
  /** Something was stored for this connection. Cheap; call it whenever in doubt. */
  wake(): void;
  /** Call it every few seconds. `hasWork`: the store holds something that is due; a wake may have got lost. */
  poll(hasWork: boolean): void;
  state(): { planning: LaneState; kommo: LaneState; customerio: LaneState };
  stop(): Promise<void>;
}

export interface WorkerOptions {
  database: Database;
  connection: Connection;
  clock: Clock;
  log: Logger;
}

/** How long the first planning waits for the events log, which tells of what happened before. */
const GAPS_FIRST_MS = 10_000;
/** A turn so soon after one that planned something is one of a burst, and waits so long for company; both in ms. */
const BURST_MS = 20;
const BURST_LINGER_MS = 5;
/**
 * A planning asks Kommo for deals and for their contacts, and as many calls as for one of them are left to others. In a
 * stream of stage changes the readings begin so far apart: with what Kommo allows they then never wait in the middle,
 * and what arrives until then goes with the next one.
 */
const CALLS_BETWEEN_READINGS = 3;
/** The wait after a side could not be read: doubling up to a minute. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;

/** First the one that an email waits for. */
const BOTH: Destination[] = ['customerio', 'kommo'];

export function createWorker({ database, connection, clock, log }: WorkerOptions): ConnectionWorker {
  const { db } = database;
  const { kommo } = connection;
  const readingMs = (CALLS_BETWEEN_READINGS * 1_000) / kommo.requestsPerSecond;
  const gaps = createReconciler({ db, connection, clock, log, onRead: wake });
  const kick = (which: Destination[]) => {
    for (const lane of which) lanes[lane].wake();
  };
  const shared = { db, clock, log, connection, onSettled: kick };
  const lanes: Record<Destination, Lane> = {
    kommo: createKommoLane(shared),
    customerio: createCustomerioLane(shared),
  };
  let working: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let failures = 0;
  let isStarting = true;
  /** The last planning left nothing behind, so that what arrives is planned next. */
  let isCaughtUp = false;
  let planLimit = PLAN_BATCH;
  /** When the last turn that planned something began and ended, by `performance.now()`. */
  let beganAt = Number.NEGATIVE_INFINITY;
  let workedAt = Number.NEGATIVE_INFINITY;
  let wait: LaneState = { state: 'open', reason: null, until: null };
  let retryTimer: unknown = null;
  let reconciler: unknown = null;

  function wake(): void {
    again = true;
    if (working || stopped) return;
    working = work().finally(() => {
      working = null;
      if (again && !stopped) wake();
    });
  }

  async function work(): Promise<void> {
    for (let turn = 0; again && !stopped; turn++) {
      gaps.kick();
      if (performance.now() - workedAt < BURST_MS) await sleep(BURST_LINGER_MS);
      if (isCaughtUp) await kommo.whenQuiet(beganAt + readingMs - performance.now());
      again = false;
      const began = performance.now();
      const ahead = createReadAhead();
      const onMoves = async (moves: ReportedMove[]) => {
        const needs = moves.flatMap((move) => dealsRequiredByMove(move, connection.rules));
        if (isCaughtUp && kommo.isQuiet()) await ahead.begin(connection, needs);
      };
      const understood = await attempt(() => understand(db, connection, clock.now(), onMoves));
      const planned = await readingTurn(ahead.gather);
      if (understood + planned > 0) again = true;
      // A wake that brought nothing new may be about the outbox itself: a replay.
      if (turn === 0 && understood + planned === 0) kick(BOTH);
      if (planned === 0) continue;
      beganAt = began;
      workedAt = performance.now();
    }
  }

  /** The part that reads from Kommo or Customer.io; it waits while they cannot be read. */
  async function readingTurn(gather: ReadAhead['gather']): Promise<number> {
    if (wait.until !== null && clock.now() < wait.until) return 0;
    try {
      // At the start what was missed comes first: it happened before what arrives now.
      if (isStarting) await gaps.settled(GAPS_FIRST_MS);
      isStarting = false;
      const planned = await planBatch(database, connection, clock.now(), planLimit, gather);
      isCaughtUp = planned.events < planLimit;
      planLimit = Math.min(PLAN_BATCH, planLimit * 2);
      kick(planned.lanes);
      // The lanes look first: an email waits for that.
      if (planned.lanes.length > 0) await yieldToEventLoop();
      const resolved = await resolveWhatIsDue();
      failures = 0;
      wait = { state: 'open', reason: null, until: null };
      return resolved + planned.events;
    } catch (thrown) {
      isCaughtUp = false;
      const error = asDeliveryError(thrown);
      failures += 1;
      const ms = Math.max(
        error.retryAfterMs ?? 0,
        Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)),
      );
      const held = error.failure === 'unauthorized';
      const until = clock.now() + ms;
      wait = { state: held ? 'held' : 'waiting', reason: error.message, until };
      log.warn({ err: thrown, connection: connection.name, waitMs: ms }, 'planning waits');
      if (error.failure === 'retryable') await isolate();
      retryAt(until);
      return 0;
    }
  }

  /** Moves that were reported without a time. Then sleeps until the next one, or the next postponed event, is due. */
  async function resolveWhatIsDue(): Promise<number> {
    let next = await nextDueTimes(db, connection.name, clock.now());
    let resolved = 0;
    if (next.untimed !== null && next.untimed <= clock.now()) {
      resolved = await resolveMovesWithoutTime(db, connection, clock.now());
      next = await nextDueTimes(db, connection.name, clock.now());
    }
    const times = [next.untimed, next.postponed].filter((time) => time !== null);
    if (times.length > 0) retryAt(Math.min(...times));
    return resolved;
  }

  /**
   * One deal that Kommo cannot give (a 500 each time) must not hold up all others: fewer events are read for in one
   * go, down to one, and if it is this one, and not all of Kommo, it waits by itself.
   */
  async function isolate(): Promise<void> {
    if (planLimit > 1) {
      planLimit = Math.floor(planLimit / 4) || 1;
      return;
    }
    try {
      await kommo.account();
      await inLeasedTransaction(db, connection, 'shared', (trx) =>
        postponeFirst(trx, connection.name, clock.now()),
      );
    } catch {
      // Kommo as a whole, or the database: the next turn comes anyway.
    }
  }

  async function attempt(step: () => Promise<number>): Promise<number> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof LeaseLost) log.warn({ connection: connection.name }, error.message);
      else log.error({ err: error, connection: connection.name }, 'the database could not be reached');
      retryAt(clock.now() + FIRST_WAIT_MS);
      return 0;
    }
  }

  function retryAt(time: Millis): void {
    if (retryTimer) clock.clearTimeout(retryTimer);
    retryTimer = clock.setTimeout(wake, Math.max(1, time - clock.now()));
  }

  return {
    async start(readBackAfterMs) {
      await inLeasedTransaction(db, connection, 'shared', (trx) =>
        recoverSending(trx, connection.name, clock.now() + readBackAfterMs),
      );
      const first = Math.floor(RECONCILE_EVERY_MS * Math.random());
      reconciler = clock.setTimeout(function readLog() {
        reconciler = clock.setTimeout(readLog, RECONCILE_EVERY_MS);
        gaps.due();
        gaps.kick();
      }, first);
      wake();
      kick(BOTH);
    },
    wake,
    poll(hasWork) {
      // A reading that failed is tried again, also where nothing else happens.
      gaps.kick();
      if (!hasWork) return;
      wake();
      kick(BOTH);
    },
    state: () => ({ planning: wait, kommo: lanes.kommo.state(), customerio: lanes.customerio.state() }),
    async stop() {
      stopped = true;
      if (reconciler) clock.clearTimeout(reconciler);
      if (retryTimer) clock.clearTimeout(retryTimer);
      await Promise.all([gaps.stop(), working, ...Object.values(lanes).map((lane) => lane.stop())]);
    },
  };
}
