import { describe, expect, it } from 'vitest';
import { accountHealth, accountRetryMs, createHealth, pipelineRetryMs } from './retry.ts';

const minutes = (status: number, retry = accountRetryMs) =>
  [1, 2, 3, 4, 5].map((attempt) => (retry(attempt, status) ?? 0) / 60_000);

describe('further attempts', () => {
  it.each([500, 503, 599, 499])('%i gets five attempts', (status) => {
    expect(minutes(status)).toEqual([5, 15, 15, 60, 0]);
  });
  it.each([0, 300, 302, 404, 498, 600])('%i gets three attempts', (status) => {
    expect(minutes(status)).toEqual([5, 15, 0, 0, 0]);
  });
  it.each([100, 200, 204, 299])('%i is a success', (status) => {
    expect(minutes(status)).toEqual([0, 0, 0, 0, 0]);
  });
  it('Digital Pipeline: four more within an hour, whatever the code', () => {
    const waits = minutes(404, pipelineRetryMs);
    expect(waits.filter((wait) => wait > 0)).toHaveLength(4);
    expect(waits.reduce((sum, wait) => sum + wait)).toBe(60);
  });
});

describe('health', () => {
  const healthAfter = (bad: number, at: (n: number) => number) => {
    const health = createHealth(accountHealth);
    for (let n = 0; n < bad; n++) health.answered(500, at(n));
    return health;
  };
  it('bears 100 bad answers and not the one after', () => {
    expect(healthAfter(99, () => 0).answered(500, 0)).toBe(false);
    expect(healthAfter(100, () => 0).answered(500, 0)).toBe(true);
  });
  it('a good answer never disables', () => {
    expect(healthAfter(200, () => 0).answered(200, 0)).toBe(false);
  });
  it('forgets what is older than two hours', () => {
    expect(healthAfter(100, (n) => n).answered(500, accountHealth.windowMs + 50)).toBe(false);
  });
});
