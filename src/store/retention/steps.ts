import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../database/schema.ts';

/** A step holds up a stage change for about this long on the embedded database, whose one connection both share, ms. */
const STEP_MS: Millis = 6;
/** The rows of the first step, before it is known how long one takes. */
const FIRST_ROWS = 100;
/** Fewer would not be much faster: half of the time of a step goes into planning its statement. */
const FEWEST_ROWS = 50;
const MOST_ROWS = 1_000;
/** A removal takes a tenth of the time from other work, so that the many statements of a stage change meet one step at most. */
const PAUSES_PER_STEP = 9;
/** After a step that took seconds because something else was busy, ms. */
const LONGEST_PAUSE_MS: Millis = 1_000;
/** Two of these in one run of the hourly job, which the queue takes for dead after 15 minutes, ms. */
const BUDGET_MS: Millis = 6 * 60_000;

/** The time of a removal, ms, from any beginning. */
export interface StepClock {
  now(): Millis;
  pause(ms: Millis): Promise<void>;
}

const REAL_CLOCK: StepClock = {
  now: () => performance.now(),
  pause: async (ms) => void (await sleep(ms)),
};

/** Repeats the steps of removals, with pauses, in sizes that suit the machine, for some minutes in all. */
export class Steps {
  readonly #clock: StepClock;
  readonly #endsAt: Millis;
  /** Of the next step. */
  #rows = FIRST_ROWS;

  constructor(clock: StepClock = REAL_CLOCK) {
    this.#clock = clock;
    this.#endsAt = clock.now() + BUDGET_MS;
  }

  /**
   * Repeats a step until it leaves nothing, or the time is up: then the next hour goes on.
   * @param step handles at most so many rows @returns whether there may be more
   */
  async repeat(step: (rows: number) => Promise<boolean>): Promise<void> {
    for (;;) {
      const began = this.#clock.now();
      const hasMore = await step(this.#rows);
      const tookMs = this.#clock.now() - began;
      this.#rows = nextRows(this.#rows, tookMs);
      if (!hasMore || this.#clock.now() >= this.#endsAt) return;
      await this.#clock.pause(Math.min(PAUSES_PER_STEP * tookMs, LONGEST_PAUSE_MS));
    }
  }
}

/** At most twice as many rows as before, or half of them: a single step may have waited for something else. */
function nextRows(rows: number, tookMs: Millis): number {
  const factor = Math.min(2, Math.max(0.5, STEP_MS / Math.max(tookMs, 0.1)));
  return Math.round(Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, rows * factor)));
}
