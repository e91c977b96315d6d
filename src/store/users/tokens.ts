import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { Role } from './users.ts';

/** A token for scripts. Only a hash of its secret is stored. */
export interface Token {
  id: number;
  name: string;
  role: Role;
  begins: string;
  created_at: Millis;
  created_by: string;
  last_used_at: Millis | null;
}

const COLUMNS = sql`id, name, role, begins, created_at, created_by, last_used_at`;

export async function listTokens(db: Db): Promise<Token[]> {
  const { rows } = await sql<Token>`select ${COLUMNS} from tokens order by id`.execute(db);
  return rows;
}

export async function tokenOf(db: Db, hash: string): Promise<Token | null> {
  const { rows } = await sql<Token>`select ${COLUMNS} from tokens where hash = ${hash}`.execute(db);
  return rows[0] ?? null;
}

export async function addToken(
  db: Db,
  token: { name: string; role: Role; hash: string; begins: string; createdBy: string },
  now: Millis,
): Promise<Token> {
  const { rows } = await sql<Token>`
    insert into tokens (name, role, hash, begins, created_at, created_by)
    values (${token.name}, ${token.role}, ${token.hash}, ${token.begins}, ${now}, ${token.createdBy})
    returning ${COLUMNS}
  `.execute(db);
  return rows[0]!;
}

export async function touchToken(db: Db, id: number, now: Millis): Promise<void> {
  await sql`update tokens set last_used_at = ${now} where id = ${id}::bigint`.execute(db);
}

/** @returns the token's name, or null where there is none. */
export async function removeToken(db: Db, id: number): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    delete from tokens where id = ${id}::bigint returning name
  `.execute(db);
  return rows[0]?.name ?? null;
}
