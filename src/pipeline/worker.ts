import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Destination } from '../domain/actions.ts';
import { asDeliveryError } from '../domain/errors.ts';
import { EarliestTimer } from '../lib/earliest-timer.ts';
import { yieldToEventLoop } from '../lib/event-loop.ts';
import { recoverSending } from '../store/actions/actions.ts';
import { inLeasedTransaction, LeaseLost } from '../store/connections/leased-transaction.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { nextDueTimes } from '../store/events/due-events.ts';
import { forgetCrashes } from '../store/events/planning-crashes.ts';
import { Backfiller } from './backfill/backfiller.ts';
import { CampaignReader } from './campaigns/campaign-reader.ts';
import type { Connection } from './connection.ts';
import { createCustomerioLane } from './deliver/customerio/lane.ts';
import { createKommoLane } from './deliver/kommo/lane.ts';
import type { Lane, LaneState } from './deliver/lane.ts';
import { DirectoryReader } from './directory/directory-reader.ts';
import { createReadAhead, type ReadAhead } from './gather/read-ahead.ts';
import { dealsRequiredByMove } from './gather/requirements.ts';
import { NameReader } from './names/name-reader.ts';
import type { NameWriter } from './names/name-writer.ts';
import { Pacing } from './pacing.ts';
import type { PlannedBatch } from './plan/plan-batch.ts';
import { CatchUp } from './plan/restored/catch-up.ts';
import { Planner } from './planner.ts';
import { afterFailure, READY, type RetryState, shownState, waitsUntil } from './retry-state.ts';
import { ActivityReader } from './understand/activity-reader.ts';
import { Reconciler } from './understand/reconciler.ts';
import { resolveIncompleteMoves } from './understand/resolve-incomplete-moves.ts';
import { type UnderstoodRequests, understand } from './understand/understand.ts';

export interface WorkerOptions {
  database: Database;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** Records the names of the deals that are read, for all connections of the process. */
  names: NameWriter;
  /** Whether the contacts of the Kommo account may be read into the directory; default: yes. */
  readsDirectory?: boolean;
}

/**
 * - `idle`: nothing is under way; `wake()` begins a pass.
 * - `woken`: a pass is about to begin, or another one follows the pass under way because of a wake during it.
 * - `working`: a pass is under way, and there was no wake since it began.
 * - `stopped`: no pass begins any more.
 *
 * `wake()` leads from `idle` and `working` to `woken`; the beginning of a pass to `working`; its end back to `idle`, or
 * to `woken` where it has left something. What is stored while a pass is under way comes with a wake of its own.
 */
type WorkerState = 'idle' | 'woken' | 'working' | 'stopped';

interface PassResult {
  /** How many stored requests became events. */
  understood: number;
  /** How many events were planned and moves without a time resolved. */
  planned: number;
  /** Whether another pass may find more, although nobody wakes the worker. */
  leavesMore: boolean;
}

interface ResolvedMoves {
  /** How many moves got their time. */
  resolved: number;
  /** Whether Kommo was asked. Moves that waited for its answer may be due now, whatever it was. */
  hasAsked: boolean;
}

const NOTHING_ASKED: ResolvedMoves = { resolved: 0, hasAsked: false };

/** The longest wait of the first planning for the reconciler, ms: missed moves happened before new events. */
const FIRST_RECONCILE_MS = 10_000;
/** The wait after the database could not be reached, or the lease was lost, ms. */
const DATABASE_RETRY_MS = 1_000;
/** Customer.io's lane first: an email waits for it. */
const BOTH_LANES: Destination[] = ['customerio', 'kommo'];

/** Runs one connection: takes stored requests through the steps of the pipeline, pass by pass, and drives both lanes. */
export class ConnectionWorker {
  readonly #database: Database;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #planner: Planner;
  readonly #pacing: Pacing;
  readonly #reconciler: Reconciler;
  readonly #activities: ActivityReader;
  readonly #campaigns: CampaignReader;
  readonly #names: NameReader;
  readonly #directory: DirectoryReader;
  readonly #backfiller: Backfiller;
  readonly #lanes: Record<Destination, Lane>;
  /** Wakes the worker at the earliest due time of a retry, a postponed event or a move without a time. */
  readonly #timer: EarliestTimer;
  #state: WorkerState = 'idle';
  /** Resolves when the passes under way have ended. */
  #passes: Promise<void> = Promise.resolve();
  #hasPlanned = false;
  #catchUp: CatchUp;
  /** The backoff of lookups of moves without a time, which is separate from that of planning. */
  #resolving: RetryState = READY;

  constructor({ database, connection, clock, log, names, readsDirectory = true }: WorkerOptions) {
    this.#database = database;
    this.#connection = connection;
    this.#clock = clock;
    this.#log = log;
    this.#catchUp = new CatchUp(null, () => clock.now());
    this.#pacing = new Pacing(connection.kommo);
    this.#timer = new EarliestTimer(clock, () => this.wake());
    const { db } = database;
    const onRead = () => this.wake();
    this.#directory = new DirectoryReader({
      ...{ db, connection, clock, log, onRead },
      isEnabled: readsDirectory,
      isHeld: () => this.#backfiller.isWorking,
    });
    const hasStageEvents = () => this.#backfiller.hasStageEvents;
    this.#planner = new Planner({
      ...{ database, connection, clock, log, hasStageEvents },
      directory: this.#directory,
    });
    this.#backfiller = new Backfiller({ database, connection, clock, log, onReady: onRead });
    this.#reconciler = new Reconciler({ db, connection, clock, log, onRead });
    const app = connection.app?.bulk ?? null;
    this.#activities = new ActivityReader({ db, connection, app, clock, log, onRead });
    this.#campaigns = new CampaignReader({ db, connection, app, clock, log });
    const isHeld = () => this.#backfiller.isWorking;
    this.#names = new NameReader({ db, connection, writer: names, clock, log, isHeld });
    const onSettled = (released: Destination[]) => this.#wakeLanes(released);
    const laneOptions = { db, clock, log, connection, onSettled };
    this.#lanes = {
      kommo: createKommoLane({ ...laneOptions, expectsMore: () => !this.#planner.isCaughtUp }),
      customerio: createCustomerioLane(laneOptions),
    };
  }

  /**
   * @param readBackAfterMs the wait before Kommo is read back for calls that an earlier run left without an answer.
   * @param afterCrash whether the previous run of the connection has ended without being stopped.
   */
  async start(readBackAfterMs: Millis, afterCrash = false): Promise<void> {
    const { name } = this.#connection;
    await inLeasedTransaction(this.#database.db, this.#connection, 'shared', async (trx) => {
      await recoverSending(trx, name, this.#clock.now() + readBackAfterMs);
      if (!afterCrash) await forgetCrashes(trx, name);
    });
    this.#warnOfUnknownZone();
    await this.#planner.start(afterCrash);
    this.#catchUp = new CatchUp(this.#planner.restored, () => this.#clock.now());
    this.#reconciler.start();
    this.#activities.start();
    this.#campaigns.start();
    this.#names.start();
    await this.#directory.start();
    await this.#backfiller.check();
    this.wake();
    this.#wakeLanes(BOTH_LANES);
  }

  #warnOfUnknownZone(): void {
    const { name, catalog } = this.#connection;
    const { timezone, unknownTimezone } = catalog.account;
    if (unknownTimezone === undefined) return;
    const fields = { connection: name, unknownTimezone, timezone };
    this.#log.warn(fields, 'the time zone of the Kommo account is in no list of zones');
  }

  /** To be called when something was stored for this connection. A spurious call costs a few queries. */
  wake(): void {
    if (this.#state === 'stopped') return;
    const wasIdle = this.#state === 'idle';
    this.#setState('woken');
    if (wasIdle) this.#passes = this.#runPasses();
  }

  /** To be called every few seconds, since a wake can get lost. @param hasWork whether the database has due work. */
  poll(hasWork: boolean): void {
    if (!hasWork) return;
    this.wake();
    this.#wakeLanes(BOTH_LANES);
  }

  /** To be called when a backfill of the connection may have been made or changed. Never rejects. */
  async checkBackfill(): Promise<void> {
    await this.#backfiller.check();
  }

  /** To be called when a call to this side was accepted: what waits because its credentials were refused goes on soon. */
  onAccepted(destination: Destination): void {
    this.#lanes[destination].onAccepted();
    if (destination === 'kommo' && this.#planner.onAccepted())
      this.#timer.fireNoLaterThan(this.#planner.waitsUntil() ?? this.#clock.now());
  }

  state(): { planning: LaneState; kommo: LaneState; customerio: LaneState } {
    const { kommo, customerio } = this.#lanes;
    const planning = this.#planner.shownState() ?? shownState(this.#resolving);
    return { planning, kommo: kommo.state(), customerio: customerio.state() };
  }

  /** Whether neither a pass nor a reading of a log or of the contacts is under way. The lanes do not count. */
  get isIdle(): boolean {
    const readers = [this.#reconciler, this.#activities, this.#directory];
    const isReading = readers.some((reader) => reader.isReading) || this.#backfiller.isWorking;
    return this.#state === 'idle' && !isReading;
  }

  /** When Kommo's events log was last read to its end, ms; null: not since the start. */
  get logReadAt(): Millis | null {
    return this.#reconciler.readAt;
  }

  /** Resolves when nothing is under way any more and the outcomes of all calls are stored. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    this.#timer.stop();
    const lanes = Object.values(this.#lanes).map((lane) => lane.stop());
    await Promise.all([
      ...[this.#reconciler.stop(), this.#activities.stop(), this.#directory.stop(), this.#campaigns.stop()],
      this.#backfiller.stop(),
      ...[this.#passes, ...lanes],
    ]);
    await this.#names.stop();
  }

  async #runPasses(): Promise<void> {
    while (this.#state === 'woken') {
      await this.#pacing.beforePass(this.#planner.isCaughtUp);
      if (this.#isStopped()) return;
      this.#setState('working');
      const { understood, planned, leavesMore } = await this.#pacing.measure(() => this.#pass());
      if (leavesMore) this.#setState('woken');
      // A wake without new requests or events may concern the outbox: a replay.
      else if (understood + planned === 0) this.#wakeLanes(BOTH_LANES);
    }
    this.#setState('idle');
  }

  /** The steps of the pipeline, once each. */
  async #pass(): Promise<PassResult> {
    const readAhead = createReadAhead();
    const { understood, leavesMore } = await this.#understand(readAhead);
    const plannedAt = this.#clock.now();
    const planned = await this.#gatherAndPlan(readAhead);
    if (!planned) return { understood, planned: 0, leavesMore };
    await this.#deliver(planned.lanes);
    this.#names.note(planned);
    const { resolved, hasAsked } = await this.#runTimers(plannedAt);
    const listed = await this.#planListedDeals();
    return {
      understood,
      planned: planned.fresh + planned.waited + resolved + listed,
      leavesMore: leavesMore || planned.leavesDue || hasAsked || listed > 0,
    };
  }

  /** Stored requests become events. On an idle system the deals of stage changes are read in the meantime. */
  async #understand(readAhead: ReadAhead): Promise<UnderstoodRequests> {
    const connection = this.#connection;
    try {
      const { restored } = this.#planner;
      return await understand(
        this.#database.db,
        { ...connection, restored },
        this.#clock.now(),
        async (moves) => {
          if (!this.#pacing.mayReadAhead(this.#planner.isCaughtUp)) return;
          const requirements = moves.flatMap((move) => dealsRequiredByMove(move, connection.rules));
          await readAhead.begin(connection, requirements);
        },
      );
    } catch (error) {
      this.#retryDatabase(error);
      return { understood: 0, leavesMore: false };
    }
  }

  /** Events become actions in the outbox. @returns null where Kommo or Customer.io cannot be read now. */
  async #gatherAndPlan({ gather }: ReadAhead): Promise<PlannedBatch | null> {
    if (!this.#hasPlanned) await this.#reconciler.idle(FIRST_RECONCILE_MS);
    this.#hasPlanned = true;
    if (this.#isStopped() || !this.#mayPlan()) return null;
    const planned = await this.#planner.planNext(gather);
    if (planned && this.#planner.isCaughtUp && !this.#catchUp.maySend) this.#endCatchUp();
    const until = this.#planner.waitsUntil();
    if (until !== null) this.#timer.fireNoLaterThan(until);
    return planned;
  }

  /** After a restore: once both logs were read, of which each wakes this worker. */
  #mayPlan(): boolean {
    if (this.#reconciler.hasRead && this.#activities.hasRead) this.#catchUp.logsRead();
    if (!this.#catchUp.maySend) this.#timer.fireNoLaterThan(this.#catchUp.until);
    return this.#catchUp.mayPlan;
  }

  #endCatchUp(): void {
    this.#catchUp.planned();
    this.#wakeLanes(BOTH_LANES);
  }

  /** Wakes the lanes, and lets them query the outbox before this pass continues, since an email waits for that. */
  async #deliver(lanes: Destination[]): Promise<void> {
    this.#wakeLanes(lanes);
    if (lanes.length > 0) await yieldToEventLoop();
  }

  /** Deals of a backfill are planned while no new event waits. @returns how many */
  async #planListedDeals(): Promise<number> {
    if (!this.#planner.isCaughtUp) return 0;
    const { count, read } = await this.#backfiller.planNext();
    if (count > 0) await this.#deliver(BOTH_LANES);
    this.#names.note({ read, unread: [] });
    return count;
  }

  /**
   * Resolves due moves without a time, and sets the timer for the next due time.
   * @param plannedAt when the due events were last read: those that are due since then are still to be planned.
   */
  async #runTimers(plannedAt: Millis): Promise<ResolvedMoves> {
    const { name } = this.#connection;
    try {
      let due = await nextDueTimes(this.#database.db, name, plannedAt);
      let moves = NOTHING_ASKED;
      if (due.untimed !== null && due.untimed <= this.#clock.now()) {
        moves = await this.#resolveIncompleteMoves();
        due = await nextDueTimes(this.#database.db, name, plannedAt);
      }
      if (due.postponed !== null) this.#timer.fireNoLaterThan(due.postponed);
      const check = this.#planner.expectWaiting(due.waiting);
      if (check !== null) this.#timer.fireNoLaterThan(check);
      const retryAt = waitsUntil(this.#resolving, this.#clock.now()) ?? 0;
      if (due.untimed !== null) this.#timer.fireNoLaterThan(Math.max(due.untimed, retryAt));
      return moves;
    } catch (error) {
      this.#retryDatabase(error);
      return NOTHING_ASKED;
    }
  }

  /** Reports of the Digital Pipeline become events, with their times from Kommo's events log. */
  async #resolveIncompleteMoves(): Promise<ResolvedMoves> {
    const now = this.#clock.now();
    if (waitsUntil(this.#resolving, now) !== null) return NOTHING_ASKED;
    const connection = this.#connection;
    try {
      const resolved = await resolveIncompleteMoves(this.#database.db, connection, now);
      this.#resolving = READY;
      return { resolved, hasAsked: true };
    } catch (error) {
      this.#resolving = afterFailure(this.#resolving, asDeliveryError(error), now);
      this.#log.warn(
        { err: error, connection: connection.name },
        'moves without a time cannot be looked up now; retrying later',
      );
      return NOTHING_ASKED;
    }
  }

  #retryDatabase(error: unknown): void {
    const connection = this.#connection.name;
    if (error instanceof LeaseLost) this.#log.warn({ connection }, error.message);
    else this.#log.error({ err: error, connection }, 'the database could not be reached');
    this.#timer.fireNoLaterThan(this.#clock.now() + DATABASE_RETRY_MS);
  }

  #wakeLanes(lanes: Destination[]): void {
    if (!this.#catchUp.maySend) return;
    for (const lane of lanes) this.#lanes[lane].wake();
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** The only place that changes the state; `stopped` is final. */
  #setState(state: WorkerState): void {
    if (!this.#isStopped()) this.#state = state;
  }
}
