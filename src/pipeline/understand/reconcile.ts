import type { UnixSeconds } from '../../domain/entities.ts';
import type { CallOptions, DealCreation, LogEntries } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import {
  type LogRange,
  moveReconcilerCursor,
  type ReconcilerCursor,
  reconcilerCursor,
  saveReconcilerCursor,
  saveUnreadLog,
} from '../../store/connections/reconciler-cursor.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents } from '../../store/events/events.ts';
import { readRestored } from '../../store/restored.ts';
import { LOG_OVERLAP_S, LOG_READ_BACK_MS } from '../../store/retention/kept-times.ts';
import type { Connection } from '../connection.ts';
import { creationReports, stagesAtCreation } from './deal-creations.ts';
import { LogMemory } from './log-memory.ts';
import { readLog } from './read-log.ts';
import { unreportedChanges } from './record-changes.ts';
import { type MoveReport, registerMoves, reportOfLog } from './register-moves.ts';

/** After a long downtime the log is read in steps of this length, s. Each step commits, so none is read twice. */
const WINDOW_S = 86_400;

/** How often the place in the log is stored while there is nothing new in it, s: an idle connection need not write at each poll. */
const SAVE_EVERY_S = 240;

export interface ReconcileOptions {
  signal?: AbortSignal;
  /** Of the readings before; default: none. */
  memory?: LogMemory;
}

export interface ReconcileStep {
  /** How many moves and creations no webhook had reported. */
  missed: number;
  /** Whether anything was added. */
  isNew: boolean;
  /** Whether the log was read to its end. */
  upToDate: boolean;
  /** The part of the log that was too old to be read: its moves are lost. Null where all was read. */
  unread: LogRange | null;
}

/**
 * The part of the log that a reading leaves out: what is older than events are kept, after an outage or with a backup of that age.
 * Pure.
 */
export function unreadLog({ to }: Pick<ReconcilerCursor, 'to'>, nowSeconds: UnixSeconds): LogRange | null {
  const readable = nowSeconds - LOG_READ_BACK_MS / 1000;
  return to < readable ? { from: to, to: readable } : null;
}

/**
 * Reads the next step of Kommo's events log and adds the moves and creations that no webhook has reported: Kommo repeats
 * a webhook for about an hour and then drops it, a disabled webhook reports nothing, and the cheaper plans have none. A move
 * that was reported is recognised as the same event. The first reading of a connection only stores the current time as its
 * beginning: moves from before Stagepost was set up start no campaign. After an outage of months the log is read as far back as
 * events are kept.
 * @throws DeliveryError where the log cannot be read, and LeaseLost; the next reading then begins at the same place.
 */
export async function reconcile(
  db: Db,
  connection: Connection,
  now: Millis,
  { signal, memory = new LogMemory() }: ReconcileOptions = {},
): Promise<ReconcileStep> {
  const { name } = connection;
  const nowSeconds = Math.floor(now / 1000);
  const cursor = await reconcilerCursor(db, name);
  if (cursor === null) {
    const beginning = { from: nowSeconds, to: nowSeconds };
    await inLeasedTransaction(db, connection, 'shared', (trx) => saveReconcilerCursor(trx, name, beginning));
    return { missed: 0, isNew: false, upToDate: true, unread: null };
  }
  const unread = unreadLog(cursor, nowSeconds);
  const earliest = nowSeconds - LOG_READ_BACK_MS / 1000;
  const readTo = unread?.to ?? cursor.to;
  const from = Math.max(cursor.from, earliest, readTo - memory.overlapAt(now));
  const upToDate = readTo + WINDOW_S >= nowSeconds;
  // The last step has no end: Kommo's clock may be ahead of ours.
  const range = upToDate ? { from } : { from, to: readTo + WINDOW_S };
  // Where no webhook comes, emails wait for the log.
  const priority = connection.pollEveryMs ? 'live' : 'bulk';
  const options: CallOptions = { priority, ...(signal && { signal }) };
  const log = await readLog(connection, range, options);
  const step = await stepOf(db, connection, { log, memory, nowSeconds, options });
  // The next reading must include the undecided creations.
  const to = Math.min(range.to ?? nowSeconds, ...step.undecided.map(({ at }) => at + LOG_OVERLAP_S));
  const mustCommit = step.isNew || !upToDate || to - cursor.to >= SAVE_EVERY_S;
  const place = { cursor: { from: cursor.from, to }, unread };
  const missed = mustCommit ? await commit(db, connection, step, place, now) : 0;
  memory.onRead(step.handled, now);
  return { missed, isNew: step.isNew, upToDate, unread };
}

/** What one reading of the log adds. */
interface Step extends Pick<LogEntries, 'moves' | 'records'> {
  creations: MoveReport[];
  /** Creations to decide at a later reading. */
  undecided: DealCreation[];
  /** Whether there is anything to store. */
  isNew: boolean;
  /** The ids of the entries that no later reading need handle. */
  handled: string[];
}

interface ReadLog {
  log: LogEntries;
  memory: LogMemory;
  nowSeconds: UnixSeconds;
  options: CallOptions;
}

/** @throws DeliveryError where the deals that were created cannot be read */
async function stepOf(
  db: Db,
  connection: Connection,
  { log, memory, nowSeconds, options }: ReadLog,
): Promise<Step> {
  const moves = memory.fresh(log.moves);
  const records = memory.fresh(log.records);
  const fresh = memory.fresh(log.creations);
  const read = { creations: fresh, moves: log.moves };
  const { stages, undecided, unseen } = await stagesAtCreation(db, connection, read, nowSeconds, options);
  const open = new Set([...undecided, ...unseen].map(({ id }) => id));
  const decided = fresh.filter(({ id }) => !open.has(id));
  return {
    moves,
    records,
    creations: creationReports(decided, stages, nowSeconds),
    undecided,
    isNew: moves.length + records.length + decided.length > 0,
    handled: [...log.moves, ...log.records, ...log.creations].flatMap(({ id }) => (open.has(id) ? [] : [id])),
  };
}

async function commit(
  db: Db,
  connection: Connection,
  { creations, moves, records, isNew }: Step,
  { cursor, unread }: { cursor: ReconcilerCursor; unread: LogRange | null },
  now: Millis,
): Promise<number> {
  const { name } = connection;
  if (!isNew && unread === null) {
    await moveReconcilerCursor(db, connection, cursor);
    return 0;
  }
  const nowSeconds = Math.floor(now / 1000);
  const restored = await readRestored(db);
  return inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    const lastBefore = await lastEventId(trx);
    const ofMoves = moves.map((move) => reportOfLog(move, [], nowSeconds));
    const isPolled = Boolean(connection.pollEveryMs);
    const reports = [...creations, ...ofMoves].map((report) => ({ ...report, isPolled }));
    await registerMoves(trx, name, reports, now);
    const changes = await unreportedChanges(trx, name, records, { now: nowSeconds, restored, isPolled });
    await addEvents(trx, changes, now);
    await saveReconcilerCursor(trx, name, cursor);
    if (unread) await saveUnreadLog(trx, name, unread, now);
    return countMovesAfter(trx, name, lastBefore);
  });
}

async function lastEventId(db: Db): Promise<number> {
  const row = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

async function countMovesAfter(db: Db, connection: string, id: number): Promise<number> {
  const rows = await db
    .selectFrom('events')
    .select('id')
    .where('connection', '=', connection)
    .where('kind', '=', 'deal_moved')
    .where('id', '>', id)
    .execute();
  return rows.length;
}
