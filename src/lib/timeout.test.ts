import { expect, it } from 'vitest';
import { TimeoutError, withTimeout } from './timeout.ts';

it('gives the result that comes in time', async () => {
  expect(await withTimeout(Promise.resolve('result'), 60_000, 'Too late.')).toBe('result');
});

it('passes on a failure that comes in time', async () => {
  const error = new Error('broken');
  await expect(withTimeout(Promise.reject(error), 60_000, 'Too late.')).rejects.toBe(error);
});

it('fails when the work takes longer', async () => {
  const work = withTimeout(new Promise(() => {}), 1, 'Too late.');
  await expect(work).rejects.toEqual(new TimeoutError('Too late.'));
});

it('leaves no rejection unhandled when the work fails too late', async () => {
  const unhandled: unknown[] = [];
  const listener = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', listener);
  const work = Promise.withResolvers<void>();
  await expect(withTimeout(work.promise, 1, 'Too late.')).rejects.toThrow(TimeoutError);
  work.reject(new Error('broken'));
  // Node reports an unhandled rejection once the microtasks of this turn are through.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listener);
  expect(unhandled).toEqual([]);
});
