import { expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../domain/errors.ts';
import {
  afterAccepted,
  afterFailure,
  READY,
  type RetryState,
  shownState,
  waitsUntil,
} from './retry-state.ts';

const NOW = 1_700_000_000_000;

function failed(
  times: number,
  failure: FailureClass = 'retryable',
  retryAfterMs: number | null = null,
): RetryState {
  const error = new DeliveryError(failure, 'Kommo failed.', { retryAfterMs });
  let state = READY;
  for (let i = 0; i < times; i++) state = afterFailure(state, error, NOW);
  return state;
}

it('waits a second after the first failure, then twice as long each time, up to a minute', () => {
  const waits = [1, 2, 3, 7, 100].map((times) => waitsUntil(failed(times), NOW)! - NOW);
  expect(waits).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
});

it('waits at least as long as the other side asks', () => {
  expect(waitsUntil(failed(1, 'throttled', 90_000), NOW)).toBe(NOW + 90_000);
  expect(waitsUntil(failed(4, 'throttled', 1_000), NOW)).toBe(NOW + 8_000);
});

it('does not wait once the time has come, nor without a failure', () => {
  expect(waitsUntil(failed(1), NOW + 1_000)).toBeNull();
  expect(waitsUntil(READY, NOW)).toBeNull();
});

it('is tried again within seconds once another call shows that a refused token is valid again', () => {
  const refused = afterAccepted(failed(100, 'unauthorized'), NOW);
  expect(waitsUntil(refused, NOW)).toBe(NOW + 5_000);
  expect(waitsUntil(afterAccepted(refused, NOW + 4_000), NOW)).toBe(NOW + 5_000);
  const others = [failed(100), failed(100, 'throttled')];
  expect(others.map((state) => afterAccepted(state, NOW))).toEqual(others);
});

it('shows a refused token as held, and other failures as waiting', () => {
  expect(shownState(READY)).toEqual({ state: 'open', reason: null, until: null });
  expect(shownState(failed(1))).toEqual({ state: 'waiting', reason: 'Kommo failed.', until: NOW + 1_000 });
  expect(shownState(failed(1, 'unauthorized')).state).toBe('held');
});
