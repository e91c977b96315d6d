import { sql } from 'kysely';
import { METRICS } from '../../domain/metrics.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** How long counts of minutes are kept, in ms: no chart shows older ones. */
export const KEEP_MINUTES_MS = 26 * HOUR;

/** Something that happened and is counted. */
export interface Occurrence {
  connection: string;
  metric: string;
  at: Millis;
}

interface Bucket {
  connection: string;
  size: number;
  metric: string;
  bucket: Millis;
  count: number;
  last_at: Millis;
}

/** Sums occurrences up by minute, hour and day (of UTC). Pure. */
export function bucketsOf(occurrences: Occurrence[], now: Millis): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const { connection, metric, at } of occurrences) {
    for (const size of at > now - KEEP_MINUTES_MS ? [MINUTE, HOUR, DAY] : [HOUR, DAY]) {
      const bucket = Math.floor(at / size) * size;
      const key = `${size} ${bucket} ${metric} ${connection}`;
      const found = buckets.get(key);
      if (!found) buckets.set(key, { connection, size, metric, bucket, count: 1, last_at: at });
      else {
        found.count += 1;
        found.last_at = Math.max(found.last_at, at);
      }
    }
  }
  return [...buckets.values()];
}

/** Adds to the counts, always in the same order, or two transactions at once could deadlock. */
export async function addCounts(trx: Db, occurrences: Occurrence[], now: Millis): Promise<void> {
  if (occurrences.length === 0) return;
  await sql`
    insert into counts (connection, size, metric, bucket, count, last_at)
    select r.connection, r.size, r.metric, r.bucket, r.count, r.last_at
    from jsonb_to_recordset(${jsonText(bucketsOf(occurrences, now))}::jsonb)
      as r(connection text, size int, metric text, bucket bigint, count bigint, last_at bigint)
    order by 1, 2, 3, 4
    on conflict (connection, size, metric, bucket) do update
      set count = counts.count + excluded.count, last_at = greatest(counts.last_at, excluded.last_at)
  `.execute(trx);
}

/** Removes minutes before `before`, at most `limit`; hours and days stay. @returns whether there are more. */
export async function deleteOldMinutes(
  db: Db,
  connections: string[],
  before: Millis,
  limit: number,
): Promise<boolean> {
  const { rows } = await sql`
    delete from counts k using (
      select old.* from unnest(${connections}::text[]) as c(connection)
      cross join unnest(${[...METRICS]}::text[]) as m(metric) cross join lateral (
        select connection, size, metric, bucket from counts
        where connection = c.connection and size = ${MINUTE} and metric = m.metric and bucket < ${before}
        order by bucket limit ${limit}
      ) old limit ${limit}
    ) gone
    where k.connection = gone.connection and k.size = gone.size and k.metric = gone.metric and k.bucket = gone.bucket
    returning 1
  `.execute(db);
  return rows.length === limit;
}

export interface Total {
  connection: string;
  metric: string;
  count: number;
}

/** The counts since a time: whole hours, and the minutes before the first of them as far as they are kept. */
export async function totalsSince(db: Db, connections: string[], since: Millis): Promise<Total[]> {
  const hour = Math.ceil(since / HOUR) * HOUR;
  const { rows } = await sql<Total>`
    select connection, metric, sum(count)::bigint as count from counts
    where connection = ${anyOf(connections, 'text')} and metric = ${anyOf([...METRICS], 'text')} and (
      (size = ${HOUR} and bucket >= ${hour}) or (size = ${MINUTE} and bucket >= ${since} and bucket < ${hour})
    )
    group by 1, 2
  `.execute(db);
  return rows;
}

/** As `totalsSince`, for one metric since a time of each connection, in one statement. Connections without a count are absent. */
export async function totalsSinceEach(
  db: Db,
  metric: string,
  sinceOf: ReadonlyMap<string, Millis>,
): Promise<Map<string, number>> {
  if (sinceOf.size === 0) return new Map();
  const { rows } = await sql<{ connection: string; count: number }>`
    select c.connection, sum(k.count)::bigint as count
    from unnest(${[...sinceOf.keys()]}::text[], ${[...sinceOf.values()]}::bigint[]) as c(connection, since)
    cross join lateral (select (c.since + ${HOUR - 1}::bigint) / ${HOUR}::bigint * ${HOUR}::bigint as hour) h
    join counts k on k.connection = c.connection and k.metric = ${metric} and (
      (k.size = ${HOUR} and k.bucket >= h.hour) or (k.size = ${MINUTE} and k.bucket >= c.since and k.bucket < h.hour)
    )
    group by 1
  `.execute(db);
  return new Map(rows.map(({ connection, count }) => [connection, count]));
}

/** When each metric was last counted, ms. One step into the index for each. */
export async function lastTimes(
  db: Db,
  connections: string[],
  metrics: string[],
): Promise<{ connection: string; metric: string; at: Millis }[]> {
  const { rows } = await sql<{ connection: string; metric: string; at: Millis }>`
    select c.connection, m.metric, last.last_at as at
    from unnest(${connections}::text[]) as c(connection)
    cross join unnest(${metrics}::text[]) as m(metric)
    cross join lateral (
      select last_at from counts k
      where k.connection = c.connection and k.size = ${DAY} and k.metric = m.metric
      order by k.bucket desc limit 1
    ) last
  `.execute(db);
  return rows;
}

/** Counts of `size` between `starts[0]` and `end`, summed up by the interval that begins at each start. */
export async function countsByBucket(
  db: Db,
  connections: string[],
  { size, starts, end }: { size: number; starts: Millis[]; end: Millis },
): Promise<{ metric: string; index: number; count: number }[]> {
  const { rows } = await sql<{ metric: string; index: number; count: number }>`
    select metric, width_bucket(bucket, ${starts}::bigint[]) - 1 as index, sum(count)::bigint as count
    from counts
    where connection = ${anyOf(connections, 'text')} and size = ${size} and metric = ${anyOf([...METRICS], 'text')}
      and bucket >= ${starts[0]!} and bucket < ${end}
    group by 1, 2
  `.execute(db);
  return rows;
}
