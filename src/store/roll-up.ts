import type { Database, Db } from './database.ts';
import {
  type CountRow,
  type CountSource,
  type Cursor,
  moveCursor,
  SOURCES,
  takeCursor,
} from './queries/count-sources.ts';
import { addCounts, forgetMinutes } from './queries/rolled-counts.ts';
import type { Millis } from './schema.ts';

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
  /** Between two rounds where there is more to count. */
  hurryMs: number;
  /** Without any kick. */
  idleMs: number;
}

/**
 * Rows of one step: 3 to 6 ms on the embedded database, whose thread answers webhooks.
 */
const STEP = 500;
/** For charts of a day in minutes, and a reserve. */
const KEEP_MINUTES_MS = 26 * 3_600_000;
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
    round = once()
      .catch((error) => {
        onError(error);
        return 'rest' as const;
      })
      .then((left) => {
        round = null;
        wakeIn(left === 'more' ? hurryMs : left === 'rest' ? Math.max(pauseMs, doneRestMs / 2) : idleMs);
      });
  }

  /** @returns `more` where there is more to count at once, `rest` where what is left is too young. */
  async function once(): Promise<'more' | 'rest' | 'nothing'> {
    const at = now();
    let left: 'more' | 'rest' | 'nothing' = 'nothing';
    for (const source of Object.keys(SOURCES) as CountSource[]) {
      const rest = source === 'actions' ? doneRestMs : restMs;
      const found = await db.transaction().execute((trx) => countStep(trx, source, at - rest, STEP));
      if (found === 'more' || (found === 'rest' && left === 'nothing')) left = found;
    }
    if (left !== 'more') countedTo = at - Math.max(restMs, doneRestMs);
    if (at - forgotten > FORGET_EVERY_MS && left !== 'more') await forget(at);
    return left;
  }

  async function forget(at: Millis): Promise<void> {
    forgotten = at;
    const rows = await db.selectFrom('connections').select('connection').execute();
    const names = rows.map((row) => row.connection);
    if (names.length > 0) await forgetMinutes(db, names, at - KEEP_MINUTES_MS);
  }

  wakeIn(pauseMs);
  return {
    kick: () => wakeIn(pauseMs),
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

/** Counts the next rows of a table that are not younger than `upTo`. */
async function countStep(
  trx: Db,
  source: CountSource,
  upTo: Millis,
  limit: number,
): Promise<'more' | 'rest' | 'nothing'> {
  const cursor = await takeCursor(trx, source);
  if (cursor === null) return 'rest';
  const rows = await SOURCES[source](trx, cursor, limit);
  const old = untilYoung(rows, upTo);
  const last: Cursor | undefined = old.at(-1)?.cursor;
  if (last) {
    await addCounts(
      trx,
      old.flatMap((row) => row.counts),
    );
    await moveCursor(trx, source, last);
  }
  if (old.length < rows.length) return 'rest';
  return rows.length === limit ? 'more' : 'nothing';
}

/** The rows before the first that is too young. */
function untilYoung(rows: CountRow[], upTo: Millis): CountRow[] {
  const young = rows.findIndex((row) => row.at > upTo);
  return young === -1 ? rows : rows.slice(0, young);
}
