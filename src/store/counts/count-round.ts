import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import {
  type CountRow,
  type CountSource,
  type Cursor,
  moveCursor,
  readCursors,
  SOURCES,
} from './count-sources.ts';
import { addCounts, deleteOldMinutes, type Occurrence } from './rolled-counts.ts';

/** How old rows must be before they are counted, in ms. */
export interface CountDelays {
  /** Of rows that are read in the order of their ids. */
  delayMs: number;
  /** Of actions, which are read in the order in which they were done. */
  doneDelayMs: number;
}

/** What a round leaves: rows that can be counted at once, rows that are not old enough, or none. */
export type Left = (typeof LEFT)[number];
/** The first one that a table has is that of the round. */
const LEFT = ['more', 'too_young', 'nothing'] as const;

/** What is left where each of these is left of a part. */
export function leftOf(parts: readonly Left[]): Left {
  return LEFT.find((left) => parts.includes(left)) ?? 'nothing';
}

/** Minutes that one statement deletes. */
const DELETED = 500;

/** What one round counts of a table. */
interface Step {
  source: CountSource;
  from: Cursor;
  /** Null where there is nothing to count. */
  to: Cursor | null;
  counts: Occurrence[];
  left: Left;
}

/**
 * Counts the next rows of every table, and moves the cursors behind them.
 * @param rows of each table, at most
 */
export async function countRound(
  db: Db,
  { delayMs, doneDelayMs }: CountDelays,
  now: Millis,
  rows: number,
): Promise<Left> {
  const steps: Step[] = [];
  for (const [source, cursor] of await readCursors(db)) {
    const upTo = now - (source === 'actions' ? doneDelayMs : delayMs);
    steps.push(stepOf(source, cursor, await SOURCES[source](db, cursor, rows), upTo, rows));
  }
  if (steps.some(({ to }) => to !== null)) await save(db, steps, now);
  return leftOf(steps.map(({ left }) => left));
}

function stepOf(source: CountSource, from: Cursor, rows: CountRow[], upTo: Millis, limit: number): Step {
  const old = oldEnough(rows, upTo);
  return {
    source,
    from,
    to: old.at(-1)?.cursor ?? null,
    counts: old.flatMap((row) => row.counts),
    left: old.length < rows.length ? 'too_young' : rows.length === limit ? 'more' : 'nothing',
  };
}

/** The rows before the first one that is not old enough. */
function oldEnough(rows: CountRow[], upTo: Millis): CountRow[] {
  const young = rows.findIndex((row) => row.at > upTo);
  return young === -1 ? rows : rows.slice(0, young);
}

/**
 * Saves cursors and counts in one transaction, so that nothing counts twice. Where another process has moved a cursor
 * since it was read, that process has counted the rows, and they are left out.
 */
async function save(db: Db, steps: Step[], now: Millis): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // A power cut loses cursors and counts together, so the rows are counted again: no need to wait for the disk.
    await sql`set local synchronous_commit to off`.execute(trx);
    const counts: Occurrence[] = [];
    for (const step of steps) {
      if (step.to && (await moveCursor(trx, step.source, step.from, step.to))) counts.push(...step.counts);
    }
    await addCounts(trx, counts, now);
  });
}

/** Deletes the minutes before `before` of all connections, in steps between which webhooks are answered. */
export async function deleteMinutesBefore(db: Db, before: Millis): Promise<void> {
  const rows = await db.selectFrom('connections').select('connection').execute();
  const names = rows.map((row) => row.connection);
  while (names.length > 0 && (await deleteOldMinutes(db, names, before, DELETED))) await yieldToEventLoop();
}
