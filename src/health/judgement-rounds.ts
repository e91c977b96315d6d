import { MANY_CONNECTIONS } from './probes.ts';

/** A connection as far as it matters how soon it is judged again. */
export interface Judged {
  name: string;
  /** Whether a call or a webhook of it has ended since it was last judged. */
  hasNews: boolean;
  /** Whether this process runs it, and its first probes have not begun. */
  awaitsProbe: boolean;
}

/**
 * How long a connection of which nothing is heard is left alone, ms. Well below the age at which other processes take its judgement
 * for abandoned, and short beside the two minutes within which a fault shows.
 */
const QUIET_MS = 12_000;

/**
 * Which connections each round judges: all of them, and above `MANY_CONNECTIONS` those with news in every round and each other
 * one every 12 seconds. Reading and judging thousands every three seconds kept the garbage collector busy.
 */
export class JudgementRounds {
  readonly #judgedAt = new Map<string, number>();

  /** The connections of a round that begins `now`, ms. */
  next<Connection extends Judged>(all: readonly Connection[], now: number): Connection[] {
    const due = all.length <= MANY_CONNECTIONS ? [...all] : all.filter((each) => this.#isDue(each, now));
    for (const { name } of due) this.#judgedAt.set(name, now);
    return due;
  }

  /** The next round judges it if it is added again. */
  remove(name: string): void {
    this.#judgedAt.delete(name);
  }

  #isDue({ name, hasNews, awaitsProbe }: Judged, now: number): boolean {
    const at = this.#judgedAt.get(name);
    return hasNews || awaitsProbe || at === undefined || now - at >= QUIET_MS;
  }
}
