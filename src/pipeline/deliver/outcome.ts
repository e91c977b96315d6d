import type { DeliveryError } from '../../domain/errors.ts';
import { backoff } from '../../lib/backoff.ts';
import type { ActionOutcome } from '../../store/actions/actions.ts';
import type { Millis } from '../../store/database/schema.ts';

/** The parts of an outbox row that its outcome depends on. */
export interface PendingAction {
  id: number;
  attempts: number;
}

/**
 * A failed action is retried for about three days: ten attempts in the first quarter of an hour, then one every quarter
 * of an hour. Attempts are counted instead of days, so that the time during which a lane is held does not count.
 */
const MAX_ATTEMPTS = 300;
/** The end of an outage is noticed within a quarter of an hour. */
const RETRY = { firstMs: 2_000, maxMs: 15 * 60_000 };

/**
 * How long after a call without an answer Kommo is read back, in ms. Kommo may still be processing a request whose
 * connection was cut or whose sender has died. Its answers usually take well under a second, so this is ample, and a note
 * that appears five seconds late does no harm.
 */
export const READ_BACK_AFTER_MS = 5_000;

export function deliveredOutcome(
  action: PendingAction,
  result: string | null,
  warnings: string[] = [],
): ActionOutcome {
  return {
    id: action.id,
    state: 'done',
    attempts: action.attempts + 1,
    next_attempt_at: 0,
    result,
    failure: null,
    failure_code: null,
    error: null,
    warnings,
  };
}

/** The outcome of an action that is not needed any more. */
export function droppedOutcome(action: PendingAction, reason: string): ActionOutcome {
  return {
    ...deliveredOutcome(action, null),
    state: 'dropped',
    attempts: action.attempts,
    error: reason,
  };
}

/**
 * The outcome of an action whose call failed: a retry with backoff, or a dead letter. If the whole lane must wait
 * (`throttled`, `unauthorized`), no attempt is used up.
 */
export function failedOutcome(
  action: PendingAction,
  error: Pick<DeliveryError, 'failure' | 'code' | 'message' | 'retryAfterMs'>,
  now: Millis,
  random: number,
  warnings: string[] = [],
): ActionOutcome {
  const { failure, code: failure_code, message } = error;
  const base = { id: action.id, result: null, failure, failure_code, error: message, warnings };
  const attempts = action.attempts + 1;
  if (error.failure === 'throttled' || error.failure === 'unauthorized') {
    return { ...base, state: 'ready', attempts: action.attempts, next_attempt_at: 0 };
  }
  if (error.failure === 'permanent') return { ...base, state: 'dead', attempts, next_attempt_at: 0 };
  const minMs = Math.max(error.retryAfterMs ?? 0, error.failure === 'unknown' ? READ_BACK_AFTER_MS : 0);
  const next = now + Math.max(backoff(attempts, { ...RETRY, random }), minMs);
  if (attempts >= MAX_ATTEMPTS) {
    const text = `Given up after ${attempts} attempts in about 3 days. ${message}`;
    return {
      ...base,
      state: 'dead',
      attempts,
      next_attempt_at: 0,
      failure_code: 'attempts_exhausted',
      error: text,
    };
  }
  return { ...base, state: 'ready', attempts, next_attempt_at: next };
}
