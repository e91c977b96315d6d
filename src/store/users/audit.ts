import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Who did what. `detail` is for people, and holds no secret. */
export interface AuditEntry {
  id: number;
  at: Millis;
  who: string;
  what: string;
  detail: string;
  address: string | null;
}

export async function addAudit(db: Db, entry: Omit<AuditEntry, 'id'>): Promise<void> {
  const { at, who, what, detail, address } = entry;
  await sql`
    insert into audit (at, who, what, detail, address) values (${at}, ${who}, ${what}, ${detail}, ${address})
  `.execute(db);
}

/** Newest first, those with an id below `before`. */
export async function listAudit(db: Db, before: number, limit: number): Promise<AuditEntry[]> {
  const { rows } = await sql<AuditEntry>`
    select id, at, who, what, detail, address from audit where id < ${before}::bigint order by id desc limit ${limit}
  `.execute(db);
  return rows;
}
