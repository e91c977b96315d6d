import { holdLease } from '../store/connections/connections.ts';
import type { Db } from '../store/database/database.ts';
import type { Connection } from './connection.ts';

/**
 * Called first in a transaction that reads, decides and writes: refuses it where another process runs the
 * connection by now, and keeps others from taking it over until the transaction has ended. `alone`: lets no
 * second such transaction decide on what the first is just about to change.
 * @throws LeaseLost
 */
export type Fence = (trx: Db, mode?: 'alone') => Promise<void>;

/** For a single process that nobody else can take anything from: tests. */
export const noFence: Fence = async () => {};

/** The fence of a connection that this process runs. */
export function leaseFence({ name, owner }: Pick<Connection, 'name' | 'owner'>): Fence {
  return (trx, mode) => holdLease(trx, name, owner, mode);
}
