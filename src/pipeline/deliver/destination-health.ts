import { concernsAllCalls, DeliveryError } from '../../domain/errors.ts';
import { backoff } from '../../lib/backoff.ts';
import type { Attempt } from './outbox.ts';

/** The pause of a whole lane, with its cause. */
export interface Pause {
  ms: number;
  error: DeliveryError;
  /** Whether another call that the destination accepts shows that the cause has gone. */
  endsOnSuccess: boolean;
}

/** After this many rounds in which every call failed, the destination counts as down. */
const DOWN_AFTER = 5;
const DOWN = { firstMs: 1_000, maxMs: 60_000 };
/** How long a lane waits before it tries again a destination that refuses the token: about a minute. */
const UNAUTHORIZED_MS = 60_000;
/** The longest wait for refused credentials after another call has shown that they are valid, ms. */
export const VALID_AGAIN_MS = 5_000;
/** The shortest pause after a 429, ms. Kommo's limit counts single seconds, so this is ample. */
const THROTTLED_MS = 5_000;

/** Whether an error concerns the destination as a whole and not the action that met it. */
export function isAboutDestination({ failure }: Pick<DeliveryError, 'failure'>): boolean {
  return failure === 'throttled' || failure === 'unauthorized';
}

/** The pause of a lane whose destination throttles it or refuses its credentials. */
export function pauseAfter(error: DeliveryError): Pause {
  const minMs = error.failure === 'unauthorized' ? UNAUTHORIZED_MS : THROTTLED_MS;
  return {
    ms: Math.max(error.retryAfterMs ?? 0, minMs),
    error,
    endsOnSuccess: concernsAllCalls(error),
  };
}

/**
 * Detects that a destination is down. The lane then pauses, longer each time, instead of using up an attempt of every
 * action in a long queue.
 */
export class DestinationHealth {
  /** Rounds in a row whose calls all failed, through no fault of an item. */
  #failedRounds = 0;

  /** Records the calls of a round. @returns the pause where the destination is down, else null. */
  record(attempts: Pick<Attempt, 'outcome' | 'error'>[]): Pause | null {
    if (attempts.length === 0) return null;
    const isFailed = attempts.every(({ outcome }) => outcome === 'retryable' || outcome === 'unknown');
    this.#failedRounds = isFailed ? this.#failedRounds + 1 : 0;
    if (this.#failedRounds < DOWN_AFTER) return null;
    const message = attempts.at(-1)!.error ?? 'The destination does not answer.';
    const ms = backoff(this.#failedRounds - DOWN_AFTER + 1, DOWN);
    return { ms, error: new DeliveryError('retryable', message), endsOnSuccess: false };
  }
}
