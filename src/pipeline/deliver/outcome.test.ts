import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../domain/errors.ts';
import { deliveredOutcome, failedOutcome } from './outcome.ts';

const NOW = 864_000_000;
const action = { id: 1, attempts: 2 };
const error = (failure: FailureClass, retryAfterMs: number | null = null) => ({
  failure,
  message: 'words',
  code: null,
  retryAfterMs,
});

describe('what becomes of a failed action', () => {
  it.each<[FailureClass, 'ready' | 'dead', number]>([
    ['retryable', 'ready', 3],
    ['unknown', 'ready', 3],
    ['throttled', 'ready', 2],
    ['unauthorized', 'ready', 2],
    ['permanent', 'dead', 3],
  ])('%s: %s with %i attempts used', (failure, state, attempts) => {
    expect(failedOutcome(action, error(failure), NOW, 0.5)).toMatchObject({
      state,
      attempts,
      failure,
      error: 'words',
    });
  });

  it('is tried again later, and not before the destination allows it', () => {
    expect(failedOutcome(action, error('retryable', 60_000), NOW, 0).next_attempt_at).toBe(NOW + 60_000);
    expect(failedOutcome(action, error('retryable'), NOW, 0).next_attempt_at).toBe(NOW + 4_000);
  });

  it('becomes a dead letter after three hundred tries', () => {
    expect(failedOutcome({ id: 1, attempts: 298 }, error('retryable'), NOW, 0.5)).toMatchObject({
      state: 'ready',
    });
    expect(failedOutcome({ id: 1, attempts: 299 }, error('retryable'), NOW, 0.5)).toMatchObject({
      state: 'dead',
      error: 'Given up after 300 attempts in about 3 days. words',
      failure_code: 'attempts_exhausted',
    });
  });
});

it('waits longer each time, up to a quarter of an hour', () => {
  const waits = [0, 1, 2, 29].map(
    (attempts) => failedOutcome({ id: 1, attempts }, error('retryable'), NOW, 1).next_attempt_at - NOW,
  );
  expect(waits).toEqual([2_000, 4_000, 8_000, 900_000]);
});

it('keeps what the destination made', () => {
  expect(deliveredOutcome(action, '77')).toMatchObject({ state: 'done', result: '77', attempts: 3 });
});
