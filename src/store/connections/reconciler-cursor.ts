import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { type LeasedTransaction, type LeaseHolder, LeaseLost } from './leased-transaction.ts';

/** How far Kommo's events log has been read for a connection. */
export interface ReconcilerCursor {
  /** When Stagepost first ran the connection. Earlier entries of the log are ignored. */
  from: UnixSeconds;
  /** The end of the last reading. */
  to: UnixSeconds;
}

/** Null before the first reading. */
export async function reconcilerCursor(db: Db, connection: string): Promise<ReconcilerCursor | null> {
  const row = await db
    .selectFrom('connections')
    .select(['reconciled_from', 'reconciled_to'])
    .where('connection', '=', connection)
    .executeTakeFirst();
  const from = row?.reconciled_from ?? null;
  return from === null ? null : { from, to: row?.reconciled_to ?? from };
}

export async function saveReconcilerCursor(
  trx: LeasedTransaction,
  connection: string,
  cursor: ReconcilerCursor,
): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ reconciled_from: cursor.from, reconciled_to: cursor.to })
    .where('connection', '=', connection)
    .execute();
}

/**
 * As `saveReconcilerCursor`, where nothing else is stored: one statement instead of a transaction, which a process without the
 * lease changes nothing with. Thousands of idle connections do nothing else most of the time.
 * @throws LeaseLost
 */
export async function moveReconcilerCursor(
  db: Db,
  { name, owner }: LeaseHolder,
  cursor: ReconcilerCursor,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({ reconciled_from: cursor.from, reconciled_to: cursor.to })
    .where('connection', '=', name)
    .where('owner', '=', owner)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new LeaseLost(name);
}

/** A part of Kommo's events log, unix seconds. */
export interface LogRange {
  from: UnixSeconds;
  to: UnixSeconds;
}

/** Remembers the part of the log that is too old to be read: the last one, which is shown for some days. */
export async function saveUnreadLog(
  trx: LeasedTransaction,
  connection: string,
  { from, to }: LogRange,
  now: Millis,
): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ log_unread_from: from, log_unread_to: to, log_unread_at: now })
    .where('connection', '=', connection)
    .execute();
}
