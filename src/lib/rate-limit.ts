export interface RateLimitOptions {
  /** How many uses a key has in each window. */
  max: number;
  windowMs: number;
  now(): number;
}

/** Limits how often each key is used, in a window that slides. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  /** The times of the uses in the window, oldest first. */
  readonly #uses = new Map<string, number[]>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Counts a use. @returns 0 where it is allowed, else how long to wait, in ms. */
  take(key: string): number {
    const { max, windowMs, now } = this.#options;
    const at = now();
    this.#forgetOld(at - windowMs);
    const uses = this.#uses.get(key) ?? [];
    if (uses.length >= max) return uses[0]! + windowMs - at;
    this.#uses.set(key, [...uses, at]);
    return 0;
  }

  /** Whether the key has a use left now. Counts nothing. */
  isFree(key: string): boolean {
    const { max, windowMs, now } = this.#options;
    const since = now() - windowMs;
    return (this.#uses.get(key) ?? []).filter((at) => at > since).length < max;
  }

  /** Keys without a use in the window are removed, so that their number is bounded by the uses in a window. */
  #forgetOld(before: number): void {
    for (const [key, uses] of this.#uses) {
      const kept = uses.filter((at) => at > before);
      if (kept.length === 0) this.#uses.delete(key);
      else this.#uses.set(key, kept);
    }
  }
}
