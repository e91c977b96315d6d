import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** The connections whose lease a process holds, so that their actions are being delivered. */
export async function deliveringConnections(db: Db, connections: string[]): Promise<string[]> {
  const { rows } = await sql<{ connection: string }>`
    select connection from connections where connection = any(${connections}::text[])
      and owner is not null and owner_until > (extract(epoch from clock_timestamp()) * 1000)::bigint
  `.execute(db);
  return rows.map(({ connection }) => connection);
}
