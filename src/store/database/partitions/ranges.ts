import type { Millis } from '../schema.ts';

export const DAY_MS = 86_400_000;

/** The times of a partition's rows: from `from` up to before `to`. Null: without a limit. */
export interface Range {
  from: Millis | null;
  to: Millis | null;
}

/** A partition's share of the retention time, which is about as much as its last rows lose of it. */
const PARTS_OF_RETENTION = 30;
/** How many partitions are made ahead of time: their job may fail for days. */
const AHEAD = 3;

/** How long a new partition is: three days of the usual 90, and never less than a day. */
export function partitionLength(retentionMs: Millis): Millis {
  return Math.max(1, Math.floor(retentionMs / PARTS_OF_RETENTION / DAY_MS)) * DAY_MS;
}

/**
 * The partitions to add, so that there is one for now and for the next days. They begin at midnight, UTC, and leave out what
 * existing ones cover. A time that was never covered stays uncovered: its rows may be in the default partition already.
 */
export function missingRanges(
  existing: Range[],
  now: Millis,
  length: Millis,
): { from: Millis; to: Millis }[] {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const end = Math.max(today, ...existing.map(({ to }) => to ?? today));
  const wanted = today + AHEAD * length;
  const missing = [];
  for (let from = end; from < wanted; from += length) missing.push({ from, to: from + length });
  return missing;
}

/**
 * What retention does with a partition: it is dropped as soon as its first row is too old, so that nothing is kept longer than
 * it may be. One that has no beginning holds rows of any age: single rows are deleted until all are too old.
 */
export function fateOf({ from, to }: Range, before: Millis): 'keep' | 'drop' | 'delete_rows' {
  if (to !== null && to <= before) return 'drop';
  if (from === null) return 'delete_rows';
  return from < before ? 'drop' : 'keep';
}

/** Reads `pg_get_expr(relpartbound)`: `DEFAULT`, or `FOR VALUES FROM ('1') TO ('2')`, with MINVALUE for no limit. */
export function parseBound(bound: string): Range {
  const match = /^FOR VALUES FROM \((.+)\) TO \((.+)\)$/.exec(bound);
  const limit = (text: string | undefined) =>
    text && /\d/.test(text) ? Number(text.replaceAll("'", '')) : null;
  return { from: limit(match?.[1]), to: limit(match?.[2]) };
}
