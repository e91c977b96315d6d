import { performance } from 'node:perf_hooks';
import { DeliveryError } from '../../domain/errors.ts';
import type { Limiter } from './limiter.ts';

/** For a 429 that does not say how long: short at first, since it is about one second's requests. */
const FIRST_PAUSE_MS = 5_000;
/** The `retry_after` of Kommo's documented example. */
const LONGEST_PAUSE_MS = 300_000;

export interface CircuitBreaker {
  /** Kommo answers again. */
  answered(): void;
  /** Pauses the limiter where the failure asks for it; gives the error to throw, with its waiting time. */
  failed(error: DeliveryError, startedAt: number): DeliveryError;
}

/**
 * Keeps Kommo from being asked while it wants to be left alone: too many 429s end in a block that only support lifts.
 * While paused, calls fail at once with `throttled` and the time left; nothing is sent. Afterwards one call
 * goes first, alone.
 */
export function createCircuitBreaker(limiter: Limiter): CircuitBreaker {
  let pauses = 0;
  let pausedAt = Number.NEGATIVE_INFINITY;

  /** Several calls in the air can hit the same limit: that is one pause, not several. */
  function pauseMs(startedAt: number): number {
    if (startedAt > pausedAt) pauses += 1;
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (Math.max(1, pauses) - 1));
  }

  function answered(): void {
    if (limiter.pausedMs() > 0) return;
    pauses = 0;
    limiter.setCareful(false);
  }

  return {
    answered,
    failed(error, startedAt) {
      // A refusal is Kommo's own word: it answers again. A gateway's page or a broken connection shows nothing.
      if (error.failure === 'permanent') answered();
      if (error.failure !== 'throttled') return error;
      const ms = error.retryAfterMs ?? pauseMs(startedAt);
      pausedAt = performance.now();
      limiter.setCareful(true);
      const { message, status } = error;
      limiter.pause(ms, (left) => new DeliveryError('throttled', message, { status, retryAfterMs: left }));
      return new DeliveryError('throttled', message, { status, retryAfterMs: ms });
    },
  };
}
