import { expect, it } from 'vitest';
import { DeliveryError } from '../domain/errors.ts';
import { isSuspect, LARGEST_BATCH, sizeAfterFailure, sizeAfterSuccess } from './plan-batch-size.ts';

const serverError = new DeliveryError('retryable', 'Kommo failed (500).');

it('shrinks to a single event with repeated failures', () => {
  const sizes = [LARGEST_BATCH];
  while (sizes.at(-1)! > 1) sizes.push(sizeAfterFailure(sizes.at(-1)!, serverError));
  expect(sizes).toEqual([250, 62, 15, 3, 1]);
  expect(sizeAfterFailure(1, serverError)).toBe(1);
});

it('doubles with every success, up to the largest', () => {
  expect([1, 2, 200, 250].map(sizeAfterSuccess)).toEqual([2, 4, 250, 250]);
});

it('stays as it is where the failure concerns every deal alike', () => {
  for (const failure of ['unauthorized', 'throttled'] as const) {
    const error = new DeliveryError(failure, 'Not one deal.');
    expect(sizeAfterFailure(100, error)).toBe(100);
    expect(isSuspect(1, error)).toBe(false);
  }
});

it('suspects an event only where it was alone in its batch', () => {
  expect(isSuspect(2, serverError)).toBe(false);
  expect(isSuspect(1, serverError)).toBe(true);
});
