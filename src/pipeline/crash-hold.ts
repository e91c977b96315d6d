import type { Millis } from '../store/database/schema.ts';
import type { Connection } from './connection.ts';
import type { LaneState } from './deliver/lane.ts';

/** The wait before planning begins, ms, by how many runs in a row have ended while a single event was planned. */
const WAITS_MS = [0, 20_000, 60_000, 300_000];

/**
 * Holds up planning after it has ended the process again and again, so that the console is there for long enough to take
 * back the rules that do it. Rules that are published meanwhile end the wait.
 */
export class CrashHold {
  readonly #connection: Pick<Connection, 'rulesVersion'>;
  #current: { until: Millis; rulesVersion: number | null; crashes: number } | null = null;

  constructor(connection: Pick<Connection, 'rulesVersion'>) {
    this.#connection = connection;
  }

  /** @param crashes how many runs in a row have ended while a single event was planned */
  begin(crashes: number, now: Millis): void {
    const ms = WAITS_MS[Math.min(crashes, WAITS_MS.length - 1)]!;
    this.#current =
      ms === 0 ? null : { until: now + ms, rulesVersion: this.#connection.rulesVersion, crashes };
  }

  /** Until when nothing may be planned; null where planning may go on. */
  until(now: Millis): Millis | null {
    const hold = this.#current;
    return hold && now < hold.until && hold.rulesVersion === this.#connection.rulesVersion
      ? hold.until
      : null;
  }

  /** As shown in the console; null where planning may go on. */
  state(now: Millis): LaneState | null {
    const until = this.until(now);
    if (until === null) return null;
    const times = this.#current!.crashes === 1 ? 'once' : `${this.#current!.crashes} times in a row`;
    const reason =
      `Stagepost has ended ${times} while it planned an event. Planning waits, so that the rules can be corrected ` +
      'before it is tried again.';
    return { state: 'waiting', reason, until };
  }
}
