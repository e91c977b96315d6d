import type { Db } from './types.ts';

/** Runs `work` in the transaction that `db` is, or in a new one. */
export async function inTransaction<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
