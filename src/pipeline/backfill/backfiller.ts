import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { asDeliveryError } from '../../domain/errors.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { MonotonicClock } from '../../lib/monotonic-clock.ts';
import { monotonicClock } from '../../lib/monotonic-clock.ts';
import { untilAborted } from '../../lib/until-aborted.ts';
import {
  activeBackfill,
  changeBackfillState,
  countWaitingActions,
  hasUnplannedDeals,
  type StoredBackfill,
} from '../../store/backfills/backfills.ts';
import { hasStageEvents } from '../../store/backfills/sent-stage-events.ts';
import { LeaseLost } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Connection } from '../connection.ts';
import { afterFailure, READY, type RetryState } from '../retry-state.ts';
import { DealLists } from './deal-lists.ts';
import { estimateBackfill } from './estimate.ts';
import { readPosition } from './list-position.ts';
import { ListedEntities } from './listed-entities.ts';
import { listingsOf } from './listings.ts';
import { NotRunning, planSlice, type Slice } from './plan-slice.ts';
import { type Block, BlockReader } from './read-block.ts';

export interface BackfillerOptions {
  database: Database;
  connection: Connection;
  clock: Clock;
  monotonic?: MonotonicClock;
  log: Logger;
  /** Called when deals wait for `planNext`. */
  onReady(): void;
}

/**
 * - `idle`: the connection has no backfill to work on, or it is paused.
 * - `working`: deals are read for the plan of a backfill, or for its run.
 * - `retrying`: until the next try, after a failure.
 * - `stopped`: final.
 */
type BackfillerState = 'idle' | 'working' | 'retrying' | 'stopped';

/** A slice that waits for its turn among the passes of the worker. */
interface Turn {
  slice: Slice;
  resolve(): void;
  reject(error: unknown): void;
}

/** Deals of a backfill after their turn. */
export interface PlannedDeals {
  count: number;
  /** Those that were read for it. */
  read: DealContext[];
}

const NONE: PlannedDeals = { count: 0, read: [] };

/** Deals that are planned between two passes: a stage change waits for no more. */
const SLICE = 250;
/** With more actions that wait for Customer.io nothing more is planned. */
const MOST_WAITING = 1_500;
const WAIT_MS = 250;

/**
 * Works on the backfill of a connection, in the process that runs it: reads the lists of deals behind all other work, and plans
 * them slice by slice between the passes of the worker. Its place is stored with each slice, so that another process, or this
 * one after a restart, goes on from there.
 */
export class Backfiller {
  readonly #options: BackfillerOptions;
  readonly #monotonic: MonotonicClock;
  #state: BackfillerState = 'idle';
  /** The backfill that is worked on, as its row was when that began. */
  #current: { row: StoredBackfill; abort: AbortController } | null = null;
  /** The end of the work; the next one begins after it. */
  #work: Promise<void> = Promise.resolve();
  #turn: Turn | null = null;
  #hasStageEvents = false;
  #retry: RetryState = READY;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  readonly #timeouts = new Map<number, number>();

  constructor(options: BackfillerOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? monotonicClock;
  }

  /** Whether deals are being read: other readings in the background wait. */
  get isWorking(): boolean {
    return this.#state === 'working';
  }

  /** Whether a backfill may have prepared events of stages, which stage changes are then compared with. */
  get hasStageEvents(): boolean {
    return this.#hasStageEvents;
  }

  /** To be called at the start, and when a backfill of the connection may have changed: begins, goes on or pauses. Never rejects. */
  async check(): Promise<void> {
    if (this.#state === 'stopped') return;
    const { database, connection, log } = this.#options;
    try {
      this.#hasStageEvents ||= await hasStageEvents(database.db, connection.name);
      const row = await activeBackfill(database.db, connection.name);
      const wanted = row?.state === 'paused' ? undefined : row;
      const current = this.#current?.row;
      if (wanted?.id === current?.id && wanted?.state === current?.state) return;
      this.#abort();
      if (wanted) this.#begin(wanted);
    } catch (error) {
      log.error(
        { err: error, connection: connection.name },
        'the backfill could not be read from the database',
      );
    }
  }

  /** Plans the deals that wait for it. */
  async planNext(): Promise<PlannedDeals> {
    const turn = this.#turn;
    if (turn === null || this.#state === 'stopped') return NONE;
    this.#turn = null;
    const { database, connection, clock, log } = this.#options;
    // A copy: new rules may be published meanwhile.
    const options = {
      database,
      connection: { ...connection },
      log,
      now: clock.now(),
      timeouts: this.#timeouts,
    };
    try {
      const read = await planSlice(options, turn.slice);
      turn.resolve();
      return { count: turn.slice.deals.length, read };
    } catch (error) {
      turn.reject(error);
      return NONE;
    }
  }

  async stop(): Promise<void> {
    this.#setState('stopped');
    this.#abort();
    await this.#work;
  }

  #abort(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#current?.abort.abort(new NotRunning());
    this.#current = null;
    this.#turn?.reject(new NotRunning());
    this.#turn = null;
    this.#setState('idle');
  }

  #begin(row: StoredBackfill): void {
    const abort = new AbortController();
    this.#current = { row, abort };
    this.#setState('working');
    const { signal } = abort;
    const work = this.#work.then(() =>
      row.state === 'planning' ? this.#plan(row, signal) : this.#run(row, signal),
    );
    this.#work = work
      .then(() => {
        this.#retry = READY;
      })
      .catch((error) => this.#failed(row, signal, error))
      .finally(() => {
        if (this.#current?.row !== row || this.#state === 'retrying') return;
        this.#current = null;
        this.#setState('idle');
      });
  }

  /** Tries again later; a failure of the backfill itself ends it. */
  async #failed(row: StoredBackfill, signal: AbortSignal, thrown: unknown): Promise<void> {
    if (signal.aborted || thrown instanceof NotRunning || thrown instanceof LeaseLost) return;
    const { database, connection, clock, log } = this.#options;
    const error = asDeliveryError(thrown);
    const now = clock.now();
    this.#retry = afterFailure(this.#retry, error, now);
    const { until } = this.#retry.waiting!;
    log.warn({ err: thrown, connection: connection.name, waitMs: until - now }, 'the backfill waits');
    await changeBackfillState(
      database.db,
      row.id,
      [row.state],
      { to: row.state, problem: error.message },
      now,
    ).catch(() => {});
    if (signal.aborted) return;
    this.#setState('retrying');
    this.#timer = clock.setTimeout(() => {
      this.#current = null;
      void this.check();
    }, until - now);
  }

  async #plan(row: StoredBackfill, signal: AbortSignal): Promise<void> {
    const { database, connection, clock } = this.#options;
    const plan = await estimateBackfill({ database, connection, row, signal, now: () => clock.now() });
    signal.throwIfAborted();
    const change = { to: 'planned', plan, problem: null } as const;
    await changeBackfillState(database.db, row.id, ['planning'], change, clock.now());
  }

  async #run({ id }: StoredBackfill, signal: AbortSignal): Promise<void> {
    const { database, connection, clock } = this.#options;
    const { db } = database;
    const row = await activeBackfill(db, connection.name);
    if (row?.id !== id) return;
    const { kommo, catalog, rules, name } = connection;
    const call = { priority: 'bulk', signal } as const;
    const listings = listingsOf(row.filter, catalog.pipelines, rules);
    const lists = new DealLists(
      { kommo, filter: row.filter, listings, call, now: () => clock.now() },
      readPosition(row.list_cursor),
    );
    const blocks = new BlockReader({
      db,
      connection: name,
      rules,
      lists,
      entities: new ListedEntities(kommo, call),
    });
    let since = this.#monotonic.now();
    const elapsed = () => {
      const before = since;
      since = this.#monotonic.now();
      return since - before;
    };
    let next = blocks.next();
    for (let block = await next; block !== null; block = await next) {
      next = blocks.next();
      // Awaited after this block; until then a failure is no unhandled rejection.
      next.catch(() => {});
      await this.#planBlock(row, block, signal, elapsed);
    }
    while (await hasUnplannedDeals(db, name)) await this.#sleep(WAIT_MS, signal);
    await changeBackfillState(db, id, ['running'], { to: 'done', problem: null }, clock.now());
  }

  async #planBlock(
    backfill: StoredBackfill,
    { deals, entities }: Block,
    signal: AbortSignal,
    elapsed: () => number,
  ): Promise<void> {
    for (let start = 0; start < deals.length; start += SLICE) {
      signal.throwIfAborted();
      const slice = { backfill, deals: deals.slice(start, start + SLICE), entities, workedMs: elapsed() };
      await this.#takeTurn(slice, signal);
      await this.#waitForCustomerio(signal);
    }
  }

  async #takeTurn(slice: Slice, signal: AbortSignal): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#turn = { slice, resolve, reject };
    });
    this.#options.onReady();
    await untilAborted(done, signal);
  }

  /** What Customer.io does not take waits in Kommo rather than in the outbox. */
  async #waitForCustomerio(signal: AbortSignal): Promise<void> {
    const { database, connection } = this.#options;
    const isFull = async () =>
      (await countWaitingActions(database.db, connection.name, MOST_WAITING)) >= MOST_WAITING;
    while (await isFull()) await this.#sleep(WAIT_MS, signal);
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    await untilAborted(this.#monotonic.sleep(ms), signal);
  }

  /** The only place that changes the state; `stopped` is final. */
  #setState(state: BackfillerState): void {
    if (this.#state !== 'stopped') this.#state = state;
  }
}
