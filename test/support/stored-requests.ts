import { sql } from 'kysely';
import type { Db } from '../../src/store/database/database.ts';
import { allRequests, type StoredRequest } from '../../src/store/inbox.ts';

/** All requests, understood or not, in the order in which they were stored. @param connection default: of all connections */
export async function storedRequests(db: Db, connection: string | null = null): Promise<StoredRequest[]> {
  const { rows } = await sql<StoredRequest>`
    select * from ${allRequests} r where ${connection}::text is null or connection = ${connection} order by id
  `.execute(db);
  return rows;
}
