/** A limit per rolling second; `off` never refuses. */
export type RateLimit = { perSecond: number; blockAfter429s?: number } | 'off';

export type Verdict = 'ok' | 'too_many' | 'blocked';

export interface RateLimiter {
  /** Decides about one request at this time (ms of a clock that does not jump). */
  take(at: number): Verdict;
  set(limit: RateLimit): void;
  /** What Kommo's support does by hand after a block. */
  unblock(): void;
  readonly blocked: boolean;
}

/** Kommo docs: 7 a second; too many 429s block the caller. How many, and in which time, is not documented. */
const defaultBlockAfter = 100;
const blockWindowMs = 60_000;

/** A refused request uses nothing up. 429s within one minute count towards the block. */
export function createRateLimiter(initial: RateLimit): RateLimiter {
  let limit = initial;
  let accepted: number[] = [];
  let refused: number[] = [];
  let blocked = false;

  return {
    take(at) {
      if (blocked) return 'blocked';
      if (limit === 'off') return 'ok';
      while (accepted.length > 0 && accepted[0]! <= at - 1000) accepted.shift();
      if (accepted.length < limit.perSecond) {
        accepted.push(at);
        return 'ok';
      }
      refused = [...refused.filter((time) => time > at - blockWindowMs), at];
      blocked = refused.length >= (limit.blockAfter429s ?? defaultBlockAfter);
      return 'too_many';
    },
    set(value) {
      limit = value;
      accepted = [];
    },
    unblock() {
      blocked = false;
      refused = [];
      accepted = [];
    },
    get blocked() {
      return blocked;
    },
  };
}
