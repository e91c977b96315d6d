import { type MonotonicClock, monotonicClock } from '../lib/monotonic-clock.ts';

/** The part of the Kommo client that pacing uses. */
export interface KommoRate {
  /** Kommo's limit of requests in a second. */
  requestsPerSecond: number;
  /** Whether most of the requests of this second are still free. */
  isQuiet(): boolean;
  /** Resolves when `isQuiet()`, at the latest after `ms`. */
  whenQuiet(ms: number): Promise<void>;
}

/** A pass that begins within this time after the last one, ms, belongs to a burst of events. */
const BURST_MS = 20;
/** How long a pass of a burst waits for further events to share its transactions and calls, ms. */
const BURST_LINGER_MS = 5;
/**
 * A pass takes two calls (deals, then contacts) and leaves one to the lanes, so passes that read begin at least the time of
 * three calls apart. Within Kommo's rate a pass then never waits between its two calls, and events that arrive in between
 * share the next pass.
 */
const CALLS_A_PASS = 3;

/**
 * Decides when a worker may begin its next pass: a single event never waits, events in a burst share a pass, and in a
 * stream of stage changes the passes begin as far apart as Kommo's rate demands.
 */
export class Pacing {
  readonly #kommo: KommoRate;
  readonly #clock: MonotonicClock;
  /** The shortest time between the beginnings of two passes that read from Kommo, ms. */
  readonly #spacingMs: number;
  /** When the last pass that planned something began and ended. */
  #beganAt = Number.NEGATIVE_INFINITY;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(kommo: KommoRate, clock: MonotonicClock = monotonicClock) {
    this.#kommo = kommo;
    this.#clock = clock;
    this.#spacingMs = (CALLS_A_PASS * 1_000) / kommo.requestsPerSecond;
  }

  /**
   * Resolves when the next pass may begin.
   * @param isCaughtUp whether the last planning left no event behind. A backlog is not spaced out: its batches are full,
   * and the Kommo client keeps the rate.
   */
  async beforePass(isCaughtUp: boolean): Promise<void> {
    if (this.#clock.now() - this.#endedAt < BURST_MS) await this.#clock.sleep(BURST_LINGER_MS);
    if (isCaughtUp) await this.#kommo.whenQuiet(this.#beganAt + this.#spacingMs - this.#clock.now());
  }

  /**
   * Whether deals may be read while the events that need them are still being stored. In a stream they are not: the
   * planning may take more events than those, and would have to read again.
   */
  mayReadAhead(isCaughtUp: boolean): boolean {
    return isCaughtUp && this.#kommo.isQuiet();
  }

  /**
   * Runs a pass and measures it.
   * @param pass returns how many events it planned; one that planned none costs Kommo nothing and is not counted.
   */
  async measure<T extends { planned: number }>(pass: () => Promise<T>): Promise<T> {
    const beganAt = this.#clock.now();
    const result = await pass();
    if (result.planned > 0) {
      this.#beganAt = beganAt;
      this.#endedAt = this.#clock.now();
    }
    return result;
  }
}
