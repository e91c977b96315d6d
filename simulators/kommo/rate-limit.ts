import type { RateLimitOptions } from './types.ts';

export type Verdict = 'ok' | 'too_many' | 'blocked';

export interface RateLimiter {
  /** Decides about one request at this time (ms of a clock that does not jump). */
  take(at: number): Verdict;
  /** `false` switches the limit off; a block stays. */
  set(limit: Partial<RateLimitOptions> | false): void;
  block(): void;
  /** What Kommo's support does by hand after a block. */
  unblock(): void;
  readonly blocked: boolean;
}

/** Kommo docs: 7 a second, and too many 429s block the caller. How many of them is not documented. */
const defaults: RateLimitOptions = { perSecond: 7, blockAfter: 20 };

/** Answers of 429 count towards the block for as long as their body asks to wait (`retry_after: 300`). */
const blockWindowMs = 300_000;

/** A refused request uses nothing of the limit up. */
export function createRateLimiter(initial: Partial<RateLimitOptions> | false): RateLimiter {
  let limit: RateLimitOptions | false = initial && { ...defaults, ...initial };
  let accepted: number[] = [];
  let refused: number[] = [];
  let blocked = false;

  return {
    take(at) {
      if (blocked) return 'blocked';
      if (!limit) return 'ok';
      accepted = accepted.filter((time) => time > at - 1000);
      if (accepted.length < limit.perSecond) {
        accepted.push(at);
        return 'ok';
      }
      refused = [...refused.filter((time) => time > at - blockWindowMs), at];
      blocked = refused.length >= limit.blockAfter;
      return 'too_many';
    },
    set(value) {
      limit = value && { ...defaults, ...value };
      accepted = [];
    },
    block() {
      blocked = true;
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
