import { expect, it } from 'vitest';
import { DeadlineExceeded, withDeadline } from './deadline.ts';

it('gives the result of work that ends in time', () => {
  expect(withDeadline(1_000, () => [1, 2])).toEqual([1, 2]);
});

it('gives the error of work that fails', () => {
  const failure = new TypeError('broken');
  expect(() =>
    withDeadline(1_000, () => {
      throw failure;
    }),
  ).toThrow(failure);
});

it('interrupts a loop that never ends and catches everything', () => {
  expect(() =>
    withDeadline(50, () => {
      for (;;) {
        try {
          JSON.stringify(Math.random());
        } catch {
          // The interruption is no exception.
        }
      }
    }),
  ).toThrow(DeadlineExceeded);
});
