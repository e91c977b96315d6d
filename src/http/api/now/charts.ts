import { countsByBucket, DAY, HOUR, MINUTE } from '../../../store/counts/rolled-counts.ts';
import type { Metric, Range } from '../contract.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { localDays, UTC, zoneNamed } from './local-days.ts';

/** The size of the rolled-up counts for a range, and the beginnings and end of its buckets, ms. */
interface Buckets {
  size: number;
  starts: number[];
  end: number;
}

const DAYS = 30;

function bucketsOf(range: Range, now: number, zone: string): Buckets {
  switch (range) {
    case '1h':
      return evenly(now, MINUTE, MINUTE, 60);
    case '24h':
      return evenly(now, HOUR, HOUR, 24);
    case '7d':
      return evenly(now, HOUR, 6 * HOUR, 28);
    case '30d':
      // Days are rolled up in UTC; days of other zones are summed up from hours.
      return { size: zone === UTC ? DAY : HOUR, ...localDays(now, zone, DAYS) };
  }
}

/** Evenly long buckets that begin on a full minute or hour. The last one contains the current time. */
function evenly(now: number, size: number, length: number, count: number): Buckets {
  const end = Math.ceil((now + 1) / size) * size;
  const starts = Array.from({ length: count }, (_, index) => end - (count - index) * length);
  return { size, starts, end };
}

export function chartHandlers({ database, now }: ApiServices): Pick<Handlers, 'charts'> {
  return {
    charts: async ({ query: { connection, range, zone: wanted } }, { scope }) => {
      const names = scope.select(connection);
      const zone = zoneNamed(wanted);
      const { size, starts, end } = bucketsOf(range, now(), zone);
      const { db } = await database();
      const series: Partial<Record<Metric, number[]>> = {};
      for (const { metric, index, count } of await countsByBucket(db, names, { size, starts, end })) {
        series[metric as Metric] ??= new Array(starts.length).fill(0);
        series[metric as Metric]![index] = count;
      }
      return { range, zone, starts, end, series };
    },
  };
}
