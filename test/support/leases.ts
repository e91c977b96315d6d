import { createLeaseStore, type TakenLease } from '../../src/store/connections/leases.ts';
import type { Db } from '../../src/store/database/database.ts';

/** Takes the lease of one connection, which may be new. Null where another process has it. */
export async function takeLease(db: Db, connection: string, owner: string): Promise<TakenLease | null> {
  const store = createLeaseStore(db, owner);
  await store.prepare([connection]);
  return (await store.take([connection]))[0] ?? null;
}

/** Gives the lease of one connection back, whenever it was taken. */
export async function releaseLease(db: Db, connection: string, owner: string): Promise<void> {
  await createLeaseStore(db, owner).release([connection], Number.MAX_SAFE_INTEGER);
}
