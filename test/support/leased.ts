import type { LeasedTransaction } from '../../src/store/connections/leased-transaction.ts';
import type { Db } from '../../src/store/database/database.ts';

/** For tests that write rows as a decision would, where no process could take the connection over. */
export function asLeased(db: Db): LeasedTransaction {
  return db as unknown as LeasedTransaction;
}
