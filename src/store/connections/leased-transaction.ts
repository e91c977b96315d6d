import { sql, type Transaction } from 'kysely';
import { commitLater } from '../database/commit-later.ts';
import type { Db } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

declare const leased: unique symbol;

/**
 * A transaction that holds the lease of one connection until it ends. Only `inLeasedTransaction` creates one. A query that
 * writes a decision takes this type and not `Db`: without it, a process that was paused and lost its lease could write at
 * the same time as the process that has taken over.
 */
export type LeasedTransaction = Transaction<Schema> & { readonly [leased]: true };

/** A connection and the process (`owner`) that holds its lease. */
export interface LeaseHolder {
  name: string;
  owner: string;
}

/**
 * - `shared`: several transactions of the owner may be open at once.
 * - `exclusive`: one at a time, for a transaction that decides on what it reads. Its commit does not wait for the disk
 *   (`commitLater`), so use it only for results that can be derived again from stored requests or from Kommo.
 */
export type LeaseMode = 'shared' | 'exclusive';

/** Another process runs the connection now, so this one must not write its decision. */
export class LeaseLost extends Error {
  constructor(connection: string) {
    super(`Another process has taken over the connection ${connection}.`);
    this.name = 'LeaseLost';
  }
}

/**
 * Runs `decide` in a transaction during which no other process can take over the connection: its first statement checks
 * the owner and locks the connection's row. A process that was paused for a while (a laptop's sleep, SIGSTOP) fails there
 * if another process runs the connection by now.
 * @throws LeaseLost
 */
export function inLeasedTransaction<T>(
  db: Db,
  holder: LeaseHolder,
  mode: LeaseMode,
  decide: (trx: LeasedTransaction) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await lockLease(trx, holder, mode);
    return decide(trx as LeasedTransaction);
  });
}

async function lockLease(trx: Db, { name, owner }: LeaseHolder, mode: LeaseMode): Promise<void> {
  const [column, lock] = mode === 'exclusive' ? [commitLater, sql`for update`] : [sql`1`, sql`for share`];
  const { rows } = await sql`
    select ${column} from connections where connection = ${name} and owner = ${owner} ${lock}
  `.execute(trx);
  if (rows.length === 0) throw new LeaseLost(name);
}
