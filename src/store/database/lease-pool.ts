import { Kysely, PostgresDialect } from 'kysely';
import { ServerPool } from './pool.ts';
import type { Schema } from './schema.ts';
import type { Db } from './types.ts';

/**
 * A separate pool for the leases, so that a renewal does not queue behind other statements: in a process with hundreds of
 * busy connections the leases would end while their renewal waits. It usually holds one connection.
 */
export function openLeaseConnection(
  connectionString: string,
  onError: (error: unknown) => void,
): { db: Db; close(): Promise<void> } {
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new ServerPool(connectionString, onError) }),
  });
  return { db, close: () => db.destroy() };
}
