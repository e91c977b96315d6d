import { concernsAllCalls, type DeliveryError } from '../domain/errors.ts';
import { backoff } from '../lib/backoff.ts';
import type { Millis } from '../store/database/schema.ts';
import { VALID_AGAIN_MS } from './deliver/destination-health.ts';
import type { LaneState } from './deliver/lane.ts';

/** The backoff of a step that reads from Kommo or Customer.io. */
export interface RetryState {
  /** How often it failed in a row. */
  failures: number;
  /** The last failure, and until when the step waits; null after a success. */
  waiting: { error: DeliveryError; until: Millis } | null;
}

export const READY: RetryState = { failures: 0, waiting: null };

/** The first and the longest wait, ms. The end of an outage is noticed within a minute. */
const FIRST_MS = 1_000;
const MAX_MS = 60_000;

/** The state after one more failure: the wait doubles each time, and is at least as long as the other side asks. */
export function afterFailure({ failures }: RetryState, error: DeliveryError, now: Millis): RetryState {
  const ms = backoff(failures + 1, { firstMs: FIRST_MS, maxMs: MAX_MS });
  const until = now + Math.max(error.retryAfterMs ?? 0, ms);
  return { failures: failures + 1, waiting: { error, until } };
}

/** The state after another call was accepted: a step that waits because its credentials were refused is tried again soon. */
export function afterAccepted(state: RetryState, now: Millis): RetryState {
  const { waiting } = state;
  if (!waiting || !concernsAllCalls(waiting.error) || waiting.until <= now + VALID_AGAIN_MS) return state;
  return { ...state, waiting: { ...waiting, until: now + VALID_AGAIN_MS } };
}

/** Until when the step must not be tried; null where it may be tried now. */
export function waitsUntil({ waiting }: RetryState, now: Millis): Millis | null {
  return waiting && now < waiting.until ? waiting.until : null;
}

/** The state for the console: `held` where an operator must renew a token. */
export function shownState({ waiting }: RetryState): LaneState {
  if (!waiting) return { state: 'open', reason: null, until: null };
  const state = waiting.error.failure === 'unauthorized' ? 'held' : 'waiting';
  return { state, reason: waiting.error.message, until: waiting.until };
}
