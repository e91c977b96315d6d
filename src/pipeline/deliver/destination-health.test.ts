import { describe, expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import { DestinationHealth, isAboutDestination, pauseAfter } from './destination-health.ts';

const failed = (outcome: FailureClass = 'retryable') => [{ outcome, error: 'timed out' }];
const accepted = [{ outcome: 'accepted', error: null }];

describe('a destination', () => {
  it('is down after five rounds without a call that came through, and the pause grows to a minute', () => {
    const health = new DestinationHealth();
    const pauses = Array.from({ length: 13 }, () => health.record(failed())?.ms ?? null);
    expect(pauses).toEqual([
      ...[null, null, null, null],
      ...[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000],
    ]);
  });

  it('says why, with the text of the last call', () => {
    const health = new DestinationHealth();
    for (let round = 1; round < 5; round += 1) health.record(failed());
    expect(health.record(failed('unknown'))?.error).toMatchObject({
      failure: 'retryable',
      message: 'timed out',
    });
  });

  it.each([
    ['one accepted call', [...failed(), ...accepted]],
    ['a refused item, since an answer came', failed('permanent')],
  ])('is up again with %s', (_what, attempts) => {
    const health = new DestinationHealth();
    for (let round = 1; round < 5; round += 1) health.record(failed());
    health.record(attempts);
    expect(health.record(failed())).toBeNull();
  });

  it('is not judged by a round without calls', () => {
    const health = new DestinationHealth();
    for (let round = 1; round < 5; round += 1) health.record(failed());
    expect(health.record([])).toBeNull();
    expect(health.record(failed())).not.toBeNull();
  });
});

it.each<[FailureClass, number | null, number]>([
  ['throttled', null, 5_000],
  ['throttled', 300_000, 300_000],
  ['throttled', 1_000, 5_000],
  ['unauthorized', null, 60_000],
])('a lane pauses after %s with a Retry-After of %j ms for %i ms', (failure, retryAfterMs, ms) => {
  expect(pauseAfter(new DeliveryError(failure, 'x', { retryAfterMs })).ms).toBe(ms);
});

it.each<[FailureClass, boolean]>([
  ['throttled', true],
  ['unauthorized', true],
  ['retryable', false],
  ['permanent', false],
  ['unknown', false],
])('%s concerns the whole destination: %s', (failure, expected) => {
  expect(isAboutDestination({ failure })).toBe(expected);
});
