import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Destination } from '../../domain/actions.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { EarliestTimer } from '../../lib/earliest-timer.ts';
import type { MonotonicClock } from '../../lib/monotonic-clock.ts';
import { monotonicClock } from '../../lib/monotonic-clock.ts';
import { type ActionOutcome, PRIORITY } from '../../store/actions/actions.ts';
import type { Millis } from '../../store/database/schema.ts';
import { DestinationHealth, type Pause, pauseAfter, VALID_AGAIN_MS } from './destination-health.ts';
import type { Attempt, Outbox, OutboxRow } from './outbox.ts';
import { failedOutcome, type PendingAction } from './outcome.ts';
import { Pacing } from './pacing.ts';

/** The result of delivering a unit of actions: by one call, or by a few. */
export interface DeliveryResult {
  outcomes: ActionOutcome[];
  attempts: Attempt[];
  /** Set where the destination as a whole fails and not only this unit: the lane pauses. */
  destinationError?: DeliveryError;
}

export interface LaneOptions {
  connection: string;
  lane: Destination;
  outbox: Outbox;
  clock: Clock;
  /** Paces the rounds. */
  monotonic?: MonotonicClock;
  log: Logger;
  /** How many units are in flight at once. */
  concurrency: number;
  /** The most actions of a fetch: enough for the units that may start. Read before every fetch. */
  readonly fetchLimit: number;
  /** Awaited before a fetch: where calls are scarce, one that starts later carries more actions. */
  beforeFetch?(): Promise<void>;
  /** Splits due actions into units; each is sent by one call of `send`. May leave some for later. */
  group(due: OutboxRow[], now: Millis): OutboxRow[][];
  /** When those that `group` has left, to send more with one call, are sent at the latest, unix ms; null: nothing waits for that. */
  sendsBy?(due: OutboxRow[], now: Millis): Millis | null;
  /** Delivers a unit. Never rejects for a failure of the destination. */
  send(unit: OutboxRow[]): Promise<DeliveryResult>;
  /** Called after outcomes are stored, with the lanes where an action became ready by them. */
  onSettled(released: Destination[]): void;
}

export interface LaneState {
  state: 'open' | 'waiting' | 'held' | 'stopped';
  /** Why the lane does not deliver, for people. */
  reason: string | null;
  until: Millis | null;
}

type State = LaneState & Pick<Pause, 'endsOnSuccess'>;

interface EndedUnit {
  /** The actions whose subjects are free once the outcomes are stored. */
  unit: { id: number; subject: string }[];
  result: DeliveryResult;
}

const OPEN: State = { state: 'open', reason: null, until: null, endsOnSuccess: false };
const STOPPED: State = { ...OPEN, state: 'stopped' };
const DATABASE_RETRY_MS = 1_000;
const UNREADABLE = new DeliveryError(
  'permanent',
  'This version of Stagepost does not know this kind of action: another version stored it.',
  { code: 'action_unreadable' },
);

/**
 * The ordered stream of a connection's actions to one destination.
 *
 * - `open`: due actions are fetched and sent, several units at once.
 * - `waiting`: the destination throttles us or is down. No call starts before `until`; calls in flight go on.
 * - `held`: the destination refuses the credentials. As `waiting`, with one attempt about every minute, or within seconds of
 *   another call that the destination has accepted.
 * - `stopped`: no call starts any more. Final.
 *
 * A lane works in rounds: store the outcomes of the calls that ended, fetch due actions, send them. A wake starts a round,
 * or schedules another one after the running round. So does a call that ends, but its round fetches nothing if the last
 * fetch has left nothing. The end of a pause and the next postponed action wake the lane.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #pacing: Pacing;
  readonly #health = new DestinationHealth();
  readonly #timer: EarliestTimer;
  #state = OPEN;
  /** When the destination last accepted a call, of this lane or another's. */
  #acceptedAt: Millis = Number.NEGATIVE_INFINITY;
  /** Whether another round is to begin. */
  #isWoken = false;
  /** Whether all due actions are in flight or done: nothing was left by the last fetch, or has woken the lane since. */
  #hasTakenAll = false;
  /** The rounds that run now; they end when no wake is pending. */
  #rounds: Promise<void> | null = null;
  /** Persons or deals with an action in flight or an outcome that is not stored yet: their next action must wait. */
  readonly #busySubjects = new Set<string>();
  /** The actions in flight by id: a person's actions may get another subject meanwhile. */
  readonly #busyActions = new Set<number>();
  readonly #inFlight = new Set<Promise<void>>();
  /** Calls that ended and whose outcomes are not stored yet. */
  #ended: EndedUnit[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#monotonic = options.monotonic ?? monotonicClock;
    this.#pacing = new Pacing(this.#monotonic);
    this.#timer = new EarliestTimer(options.clock, () => this.wake());
  }

  /** There may be something to deliver. Cheap: a spurious wake costs one query. */
  wake(): void {
    this.#hasTakenAll = false;
    this.#startRound();
  }

  /** To be called when the destination has accepted a call of anybody with the same credentials: they are valid. */
  onAccepted(): void {
    this.#acceptedAt = this.#clock.now();
    const { state, until, endsOnSuccess } = this.#state;
    const earliest = this.#acceptedAt + VALID_AGAIN_MS;
    if (state !== 'held' || !endsOnSuccess || until === null || until <= earliest) return;
    this.#setState({ ...this.#state, until: earliest });
    this.#timer.fireNoLaterThan(earliest);
  }

  state(): LaneState {
    const now = this.#clock.now();
    if (this.#state.until !== null && now >= this.#state.until) this.#setState(OPEN);
    const { state, reason, until } = this.#state;
    return { state, reason, until };
  }

  /** Starts no further call, waits for those in flight and stores their outcomes. */
  async stop(): Promise<void> {
    this.#setState(STOPPED);
    this.#timer.stop();
    await this.#rounds;
    await Promise.allSettled(this.#inFlight);
    await this.#saveEnded().catch((error) => this.#logError(error, 'outcomes not stored'));
  }

  #startRound(): void {
    this.#isWoken = true;
    if (this.#rounds || this.#state === STOPPED) return;
    this.#rounds = this.#runRounds().finally(() => {
      this.#rounds = null;
      if (this.#isWoken) this.#startRound();
    });
  }

  async #runRounds(): Promise<void> {
    try {
      // A fetch clears `#isWoken`, and with it the wake of a call that ended just before: `#ended` still needs a round.
      while ((this.#isWoken || this.#ended.length > 0) && this.#state !== STOPPED) {
        this.#isWoken = false;
        await this.#round();
      }
    } catch (error) {
      this.#logError(error, 'a round of the lane failed; trying again');
      this.#isWoken = false;
      this.#timer.fireNoLaterThan(this.#clock.now() + DATABASE_RETRY_MS);
    }
  }

  async #round(): Promise<void> {
    const waitMs = this.#pacing.waitMs(this.#inFlight.size);
    if (waitMs > 0) await this.#monotonic.sleep(waitMs);
    await this.#saveEnded();
    const { until } = this.state();
    if (until !== null) return this.#timer.fireNoLaterThan(until);
    if (this.#hasTakenAll || this.#isFull()) return;
    await this.#options.beforeFetch?.();
    // Everything that was stored before any earlier wake is visible to the fetch.
    this.#isWoken = false;
    this.#hasTakenAll = true;
    await this.#fetchAndSend();
  }

  async #fetchAndSend(): Promise<void> {
    const { outbox, fetchLimit } = this.#options;
    const now = this.#clock.now();
    const { due, unreadable, leavesDue, nextDueAt } = await outbox.fetchDue(now, fetchLimit);
    if (this.#state === STOPPED) return;
    if (unreadable.length > 0) this.#refuse(unreadable);
    let sent = 0;
    for (const unit of this.#options.group(this.#free(due), now)) {
      if (this.#isFull()) break;
      this.#send(unit);
      sent += unit.length;
    }
    // A new action waits for earlier ones of its person or deal that are retried, and is due after them.
    const holdBack = due.some(({ priority }) => priority > PRIORITY.live);
    if (leavesDue || sent < due.length || holdBack) this.#hasTakenAll = false;
    const by = this.#options.sendsBy?.(due, now) ?? null;
    if (by !== null) this.#timer.fireNoLaterThan(by);
    if (nextDueAt !== null) this.#timer.fireNoLaterThan(nextDueAt);
  }

  /** The actions whose person or deal has nothing in flight, under the subject of now or that of when it was sent. */
  #free(due: OutboxRow[]): OutboxRow[] {
    const moved = due.filter(({ id }) => this.#busyActions.has(id)).map(({ subject }) => subject);
    return due.filter(({ subject }) => !this.#busySubjects.has(subject) && !moved.includes(subject));
  }

  #isFull(): boolean {
    return this.#inFlight.size >= this.#options.concurrency;
  }

  #send(unit: OutboxRow[]): void {
    this.#pacing.callStarted();
    for (const { id, subject } of unit) {
      this.#busySubjects.add(subject);
      this.#busyActions.add(id);
    }
    const call = this.#options
      .send(unit)
      .catch((error: unknown) => this.#afterBug(unit, error))
      .then((result) => {
        this.#ended.push({ unit, result });
        this.#inFlight.delete(call);
        this.#startRound();
      });
    this.#inFlight.add(call);
  }

  /**
   * Makes dead letters of actions that this version cannot read: a version that can may replay them. They make no
   * subject busy and must free none: another action of their person or deal may be in flight.
   */
  #refuse(actions: PendingAction[]): void {
    const outcomes = actions.map((action) => failedOutcome(action, UNREADABLE, this.#clock.now(), 0));
    this.#ended.push({ unit: [], result: { outcomes, attempts: [] } });
  }

  /** A bug in Stagepost, not a failure of the destination: the call may have been sent, so its outcome is unknown. */
  #afterBug(unit: OutboxRow[], error: unknown): DeliveryResult {
    this.#logError(error, 'the delivery failed with an unexpected error', {
      actions: unit.map(({ id }) => id),
    });
    const unknown = new DeliveryError('unknown', 'Stagepost failed during the delivery. See its log.');
    const now = this.#clock.now();
    return {
      outcomes: unit.map((action) => failedOutcome(action, unknown, now, Math.random())),
      attempts: [],
    };
  }

  /** Stores the outcomes of all calls that ended, with one commit. If that fails they are kept for the next round. */
  async #saveEnded(): Promise<void> {
    // A copy: more calls end while these outcomes are being stored, and the next round stores theirs.
    const batch = [...this.#ended];
    if (batch.length === 0) return;
    const outcomes = batch.flatMap(({ result }) => result.outcomes);
    const attempts = batch.flatMap(({ result }) => result.attempts);
    const released = await this.#options.outbox.save(outcomes, attempts, this.#clock.now());
    this.#ended = this.#ended.slice(batch.length);
    for (const { unit, result } of batch) {
      for (const { id, subject } of unit) {
        this.#busySubjects.delete(subject);
        this.#busyActions.delete(id);
      }
      if (result.destinationError) this.#pause(pauseAfter(result.destinationError));
    }
    const down = this.#health.record(attempts);
    if (down) this.#pause(down);
    if (!areOver(batch) || released.includes(this.#options.lane)) this.#hasTakenAll = false;
    this.#notify(released);
  }

  /** An error of the listener must not look like a failure of the database. */
  #notify(released: Destination[]): void {
    try {
      this.#options.onSettled(released);
    } catch (error) {
      this.#logError(error, 'a listener of the lane failed');
    }
  }

  /** A shorter pause never ends a longer one. */
  #pause({ ms, error, endsOnSuccess }: Pause): void {
    if (this.#state === STOPPED) return;
    const now = this.#clock.now();
    // The success may be newer than this failure, whose outcome was stored in between.
    const isDoubtful = endsOnSuccess && now - this.#acceptedAt < VALID_AGAIN_MS;
    const waitMs = isDoubtful ? Math.min(ms, VALID_AGAIN_MS) : ms;
    const until = Math.max(this.#state.until ?? 0, now + waitMs);
    this.#setState({
      state: error.failure === 'unauthorized' ? 'held' : 'waiting',
      reason: error.message,
      until,
      endsOnSuccess: endsOnSuccess && until === now + waitMs,
    });
    const { connection, lane, log } = this.#options;
    log.warn({ connection, lane, waitMs, failure: error.failure }, error.message);
  }

  /** The only place where the state changes. */
  #setState(state: State): void {
    this.#state = state;
  }

  #logError(error: unknown, message: string, details: object = {}): void {
    const { connection, lane, log } = this.#options;
    log.error({ err: error, connection, lane, ...details }, message);
  }
}

/** Whether none of the actions is to be delivered again. One that could not be claimed has no outcome. */
function areOver(ended: EndedUnit[]): boolean {
  const outcomes = ended.flatMap(({ result }) => result.outcomes);
  const over = outcomes.filter(({ state }) => state === 'done' || state === 'dropped').map(({ id }) => id);
  const ids = new Set(over);
  return over.length === outcomes.length && ended.every(({ unit }) => unit.every(({ id }) => ids.has(id)));
}
