import type { UnixSeconds } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { LeasedTransaction } from './leased-transaction.ts';

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
