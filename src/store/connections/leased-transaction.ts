import { sql, type Transaction } from 'kysely';
import { commitLater } from '../database/commit-later.ts';
import type { Db } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

declare const leased: unique symbol;

/**
 * A transaction that holds the lease of one connection until it ends, made by `inLeasedTransaction` alone. A query that
 * writes a decision takes this type and not `Db`: without it, a process that was paused and lost its connection could
 * write beside the process that has taken over.
 */
export type LeasedTransaction = Transaction<Schema> & { readonly [leased]: true };

/** A connection, and the process that runs it under this name. */
export interface LeaseHolder {
  name: string;
  owner: string;
}

/**
 * - `shared`: several such transactions of the owner may be open at once.
 * - `exclusive`: one at a time, for what reads, decides by it and writes. Its commit does not wait for the disk
 *   (`commitLater`), so use it only for what is understood again from what is stored or from Kommo.
 */
export type LeaseMode = 'shared' | 'exclusive';

/** Another process runs the connection now: what this one wanted to write is for that process to decide. */
export class LeaseLost extends Error {
  constructor(connection: string) {
    super(`Another process has taken over the connection ${connection}.`);
    this.name = 'LeaseLost';
  }
}

/**
 * Runs `decide` in a transaction that nobody can take the connection away from before its commit: the first statement
 * checks the owner and locks the connection's row. A process that was stopped for a while (a laptop's sleep, SIGSTOP)
 * is refused there if another one runs the connection by now.
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
