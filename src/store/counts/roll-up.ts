import { setImmediate as breathe } from 'node:timers/promises';
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
import { addCounts, type Counted, forgetMinutes, KEEP_MINUTES_MS } from './rolled-counts.ts';

/** Counts what is new, in the background, so that no chart ever counts the history. */
export interface RollUp {
  /** Something may have happened. Cheap; call it whenever in doubt. */
  kick(): void;
  /** Up to when all is counted, ms; null while there is more to count than one round takes. */
  countedTo(): Millis | null;
  /** Counts all there is, the youngest left out as usual. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface RollUpOptions {
  database: Pick<Database, 'db' | 'kind'>;
  now(): Millis;
  onError(error: unknown): void;
  /** Others than the usual waits; tests are in a hurry. */
  times?: Partial<RollUpTimes>;
}

export interface RollUpTimes {
  /** How long rows rest before they are counted, by id and by the time they were done, in ms. */
  restMs: number;
  doneRestMs: number;
  /** Between two rounds. */
  pauseMs: number;
  /** Between two rounds where there is more to count; nine times as long as the first one took, where that is more. */
  hurryMs: number;
  /** Without any kick. */
  idleMs: number;
}

/**
 * Rows of one step: 3 to 6 ms on the embedded database, whose thread answers webhooks.
 */
const STEP = 500;
/** Catching up (with what was stored before there were counts) takes at most a tenth of the time from other work. */
const PAUSES_PER_ROUND = 9;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Ids are given out before a commit: on a server a row with a smaller id can appear after one with a larger id was
 * counted, and would be missed. So rows rest for longer than any transaction of ours takes (a statement has 5 s). The
 * embedded database has one session: there only the time at which an action was done can be a little out of order.
 */
const RESTS = {
  embedded: { restMs: 0, doneRestMs: 3_000 },
  postgres: { restMs: 10_000, doneRestMs: 10_000 },
};

export function createRollUp({ database, now, onError, times }: RollUpOptions): RollUp {
  const { db } = database;
  const { restMs, doneRestMs, pauseMs, hurryMs, idleMs } = {
    ...RESTS[database.kind],
    pauseMs: 1_500,
    hurryMs: 30,
    idleMs: 30_000,
    ...times,
  };
  let timer: NodeJS.Timeout | null = null;
  let timerAt = 0;
  let round: Promise<unknown> | null = null;
  let countedTo: Millis | null = null;
  let forgotten: Millis = 0;
  /** Something came while a round was under way: it may have looked before. */
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
    // Nothing is lost where the process ends before: the next one goes on at the cursor.
    timer.unref();
  }

  function begin(): void {
    if (stopped || round) return;
    again = false;
    const began = performance.now();
    round = once()
      .catch((error): Left => {
        onError(error);
        return 'rest';
      })
      .then((left) => {
        round = null;
        const took = performance.now() - began;
        if (left === 'more') wakeIn(Math.max(hurryMs, PAUSES_PER_ROUND * took));
        else if (left === 'rest') wakeIn(Math.max(pauseMs, doneRestMs / 2));
        else wakeIn(again ? pauseMs : idleMs);
      });
  }

  /** @returns `more` where there is more to count at once, `rest` where what is left is too young. */
  async function once(): Promise<Left> {
    const at = now();
    const cursors = await readCursors(db);
    const steps: Step[] = [];
    for (const [source, cursor] of cursors) {
      const upTo = at - (source === 'actions' ? doneRestMs : restMs);
      steps.push(stepOf(source, cursor, await SOURCES[source](db, cursor, STEP), upTo));
    }
    if (steps.some(({ to }) => to !== null)) await store(db, steps, at);
    const left = LEFT.find((word) => steps.some((step) => step.left === word)) ?? 'nothing';
    if (left !== 'more') countedTo = at - Math.max(restMs, doneRestMs);
    if (at - forgotten > FORGET_EVERY_MS && left !== 'more') await forget(at);
    return left;
  }

  async function forget(at: Millis): Promise<void> {
    forgotten = at;
    const rows = await db.selectFrom('connections').select('connection').execute();
    const names = rows.map((row) => row.connection);
    while (names.length > 0 && (await forgetMinutes(db, names, at - KEEP_MINUTES_MS, STEP))) await breathe();
  }

  wakeIn(pauseMs);
  return {
    kick() {
      again = true;
      wakeIn(pauseMs);
    },
    countedTo: () => countedTo,
    async settle() {
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

/** What of a table comes next. */
interface Step {
  source: CountSource;
  from: Cursor;
  /** Null where there is nothing to count. */
  to: Cursor | null;
  counts: Counted[];
  left: Left;
}

const LEFT = ['more', 'rest', 'nothing'] as const;
type Left = (typeof LEFT)[number];

function stepOf(source: CountSource, from: Cursor, rows: CountRow[], upTo: Millis): Step {
  const old = untilYoung(rows, upTo);
  return {
    source,
    from,
    to: old.at(-1)?.cursor ?? null,
    counts: old.flatMap((row) => row.counts),
    left: old.length < rows.length ? 'rest' : rows.length === STEP ? 'more' : 'nothing',
  };
}

/** Cursors and counts together, so that nothing counts twice. What another process counts meanwhile is left to it. */
async function store(db: Db, steps: Step[], at: Millis): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // After a power cut the same is counted again: no reason to let others wait for the disk.
    await sql`set local synchronous_commit to off`.execute(trx);
    const counts: Counted[] = [];
    for (const step of steps) {
      if (step.to && (await moveCursor(trx, step.source, step.from, step.to))) counts.push(...step.counts);
    }
    await addCounts(trx, counts, at);
  });
}

/** The rows before the first that is too young. */
function untilYoung(rows: CountRow[], upTo: Millis): CountRow[] {
  const young = rows.findIndex((row) => row.at > upTo);
  return young === -1 ? rows : rows.slice(0, young);
}
