/** The offset is taken from this many answers: one that was cached or delayed does not count. */
const SAMPLES = 5;

/** By how much our clock is ahead of the servers', from the `Date` header of their answers. */
export class ClockOffset {
  readonly #wallNow: () => number;
  #samples: number[] = [];

  /** @param wallNow the time of day of this machine, ms */
  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  /** @param date the header `Date`, in whole seconds; null where the answer has none */
  note(date: string | null): void {
    const theirs = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    // The header has whole seconds: on average the server's clock is half a second further.
    this.#samples = [...this.#samples.slice(1 - SAMPLES), this.#wallNow() - theirs - 500];
  }

  /** The median of the last answers, ms; null before there are any. */
  get ms(): number | null {
    if (this.#samples.length === 0) return null;
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  }
}
