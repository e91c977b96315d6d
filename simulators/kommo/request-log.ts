import { createRing } from '../common/ring.ts';
import type { RequestLog, RequestLogEntry } from './types.ts';

/** The most times that lie within any window of one second; the times must be sorted. */
export function mostInOneSecond(times: number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((time, index) => {
    while (times[first]! <= time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** A webhook address carries a secret; nothing else in a query does. */
export function shownQuery(rawQuery: string): string {
  const pairs = [...new URLSearchParams(rawQuery)].filter(([key]) => !key.includes('destination'));
  return pairs.map(([key, value]) => `${key}=${value}`).join('&');
}

export function createRequestLog(size: number): RequestLog & { push(entry: RequestLogEntry): void } {
  const ring = createRing<RequestLogEntry>(size);
  return {
    push: ring.push,
    all: ring.all,
    get total() {
      return ring.total;
    },
    maxInRollingSecond: () =>
      mostInOneSecond(
        ring
          .all()
          .map(({ at }) => at)
          .sort((one, other) => one - other),
      ),
    clear: ring.clear,
  };
}
