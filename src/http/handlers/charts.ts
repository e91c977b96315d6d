import { countsByBucket, DAY, HOUR, MINUTE } from '../../store/queries/rolled-counts.ts';
import type { ConsoleOptions } from '../console.ts';
import type { Metric, Range } from '../contract.ts';
import type { Handlers } from '../routes.ts';

/** Days are those of UTC. Of which rolled-up buckets a range is made, the length of each of its own, and how many there are. */
const RANGES: Record<Range, { size: number; bucketMs: number; buckets: number }> = {
  '1h': { size: MINUTE, bucketMs: MINUTE, buckets: 60 },
  '24h': { size: HOUR, bucketMs: HOUR, buckets: 24 },
  '7d': { size: HOUR, bucketMs: 6 * HOUR, buckets: 28 },
  '30d': { size: DAY, bucketMs: DAY, buckets: 30 },
};

export function chartHandlers({ connections, database, now }: ConsoleOptions): Pick<Handlers, 'charts'> {
  return {
    charts: async ({ query: { connection, range } }) => {
      const names = connections
        .map(({ name }) => name)
        .filter((name) => connection === undefined || name === connection);
      const { size, bucketMs, buckets } = RANGES[range];
      // The last bucket is the one that still grows; all begin on a full minute or hour.
      const end = Math.ceil((now() + 1) / size) * size;
      const from = end - buckets * bucketMs;
      const { db } = await database();
      const series: Partial<Record<Metric, number[]>> = {};
      for (const { metric, index, count } of await countsByBucket(db, names, { size, from, bucketMs })) {
        if (index >= buckets) continue;
        series[metric as Metric] ??= new Array(buckets).fill(0);
        series[metric as Metric]![index] = count;
      }
      return { range, from, bucketMs, buckets, series };
    },
  };
}
