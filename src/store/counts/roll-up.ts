import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import {
  type CountRow,
  type CountSource,
  type Cursor,
  moveCursor,
  readCursors,
  SOURCES,
} from './count-sources.ts';
import { addCounts, deleteOldMinutes, KEEP_MINUTES_MS, type Occurrence } from './rolled-counts.ts';

/** Counts new rows in the background, so that no chart ever counts the history. */
export interface RollUp {
  /** Call it when there may be new rows; it costs nothing where there are none. */
  wake(): void;
  /** Up to when everything is counted, ms; null while there is more than one round counts. */
  countedTo(): Millis | null;
  /** Counts all rows that are old enough. */
  countAll(): Promise<void>;
  stop(): Promise<void>;
}

export interface RollUpOptions {
  database: Pick<Database, 'db' | 'kind'>;
  now(): Millis;
  onError(error: unknown): void;
  /** Shorter times, for tests. */
  times?: Partial<RollUpTimes>;
}

export interface RollUpTimes {
  /** How old rows must be before they are counted, by id and by the time they were done, in ms: see `DELAYS`. */
  delayMs: number;
  doneDelayMs: number;
  /** Between two rounds. */
  pauseMs: number;
  /** The same where there is more to count; nine times as long as the round took, where that is longer. */
  catchUpPauseMs: number;
  /** Between two rounds where nothing calls `wake`. */
  idleMs: number;
}

/**
 * Rows of one step: 3 to 6 ms on the embedded database, whose thread answers webhooks.
 */
const STEP = 500;
/** Catching up (with what was stored before there were counts) takes at most a tenth of the time from other work. */
const PAUSES_PER_ROUND = 9;
const DELETE_EVERY_MS = 3_600_000;

/**
 * Ids are given out before a commit: on a server a row with a smaller id can appear after one with a larger id was
 * counted, and would be missed. So rows are counted only when they are older than any transaction of ours (a statement has
 * 5 s). The embedded database has one session: there only the time at which an action was done can be out of order.
 */
const DELAYS = {
  embedded: { delayMs: 0, doneDelayMs: 3_000 },
  postgres: { delayMs: 10_000, doneDelayMs: 10_000 },
};

export function createRollUp({ database, now, onError, times }: RollUpOptions): RollUp {
  const { db } = database;
  const { delayMs, doneDelayMs, pauseMs, catchUpPauseMs, idleMs } = {
    ...DELAYS[database.kind],
    pauseMs: 1_500,
    catchUpPauseMs: 30,
    idleMs: 30_000,
    ...times,
  };
  let timer: NodeJS.Timeout | null = null;
  let timerAt = 0;
  let round: Promise<unknown> | null = null;
  let countedTo: Millis | null = null;
  let deletedAt: Millis = 0;
  /** `wake` was called during a round, which may have read before the new rows were there. */
  let again = false;
  let stopped = false;

  function wakeIn(ms: number): void {
    if (stopped || round) return;
    const at = performance.now() + ms;
    if (timer && timerAt <= at) return;
    if (timer) clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timer = null;
      begin();
    }, ms);
    // Nothing is lost where the process ends before that: the next one continues at the cursor.
    timer.unref();
  }

  function begin(): void {
    if (stopped || round) return;
    again = false;
    const began = performance.now();
    round = once()
      .catch((error): Left => {
        onError(error);
        return 'too_young';
      })
      .then((left) => {
        round = null;
        const took = performance.now() - began;
        if (left === 'more') wakeIn(Math.max(catchUpPauseMs, PAUSES_PER_ROUND * took));
        else if (left === 'too_young') wakeIn(Math.max(pauseMs, doneDelayMs / 2));
        else wakeIn(again ? pauseMs : idleMs);
      });
  }

  /** @returns `more` where there is more to count at once, `too_young` where the rest is not old enough. */
  async function once(): Promise<Left> {
    const at = now();
    const cursors = await readCursors(db);
    const steps: Step[] = [];
    for (const [source, cursor] of cursors) {
      const upTo = at - (source === 'actions' ? doneDelayMs : delayMs);
      steps.push(stepOf(source, cursor, await SOURCES[source](db, cursor, STEP), upTo));
    }
    if (steps.some(({ to }) => to !== null)) await store(db, steps, at);
    const left = LEFT.find((word) => steps.some((step) => step.left === word)) ?? 'nothing';
    if (left !== 'more') countedTo = at - Math.max(delayMs, doneDelayMs);
    if (at - deletedAt > DELETE_EVERY_MS && left !== 'more') await deleteMinutes(at);
    return left;
  }

  async function deleteMinutes(at: Millis): Promise<void> {
    deletedAt = at;
    const rows = await db.selectFrom('connections').select('connection').execute();
    const names = rows.map((row) => row.connection);
    while (names.length > 0 && (await deleteOldMinutes(db, names, at - KEEP_MINUTES_MS, STEP)))
      await yieldToEventLoop();
  }

  wakeIn(pauseMs);
  return {
    wake() {
      again = true;
      wakeIn(pauseMs);
    },
    countedTo: () => countedTo,
    async countAll() {
      await round;
      while ((await once()) === 'more');
    },
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      await round;
    },
  };
}

/** What one round counts of a table. */
interface Step {
  source: CountSource;
  from: Cursor;
  /** Null where there is nothing to count. */
  to: Cursor | null;
  counts: Occurrence[];
  left: Left;
}

const LEFT = ['more', 'too_young', 'nothing'] as const;
type Left = (typeof LEFT)[number];

function stepOf(source: CountSource, from: Cursor, rows: CountRow[], upTo: Millis): Step {
  const old = oldEnough(rows, upTo);
  return {
    source,
    from,
    to: old.at(-1)?.cursor ?? null,
    counts: old.flatMap((row) => row.counts),
    left: old.length < rows.length ? 'too_young' : rows.length === STEP ? 'more' : 'nothing',
  };
}

/** Stores cursors and counts in one transaction, so that nothing counts twice. A table that another process counts is left to it. */
async function store(db: Db, steps: Step[], at: Millis): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // A power cut loses cursors and counts together, so the rows are counted again: no need to wait for the disk.
    await sql`set local synchronous_commit to off`.execute(trx);
    const counts: Occurrence[] = [];
    for (const step of steps) {
      if (step.to && (await moveCursor(trx, step.source, step.from, step.to))) counts.push(...step.counts);
    }
    await addCounts(trx, counts, at);
  });
}

/** The rows before the first one that is not old enough. */
function oldEnough(rows: CountRow[], upTo: Millis): CountRow[] {
  const young = rows.findIndex((row) => row.at > upTo);
  return young === -1 ? rows : rows.slice(0, young);
}
