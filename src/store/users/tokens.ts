import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { type Access, accessText, includesRole, intersectionOf, nullableJson, type Role } from './access.ts';
import type { Authorship } from './actor.ts';
import { addAudit } from './audit.ts';

/** A token for scripts. Only a hash of its secret is stored. */
export interface Token extends Access {
  id: number;
  name: string;
  begins: string;
  created_at: Millis;
  created_by: string;
  last_used_at: Millis | null;
  /** Null: it never expires. */
  expires_at: Millis | null;
  /** Whether it may add, change and remove users and tokens. */
  manages_people: boolean;
  /** The user who made it; null where the commands did, and where that is not known. */
  user_id: number | null;
  /** That user as of now. */
  maker_name: string | null;
  maker_role: Role | null;
  maker_connections: readonly string[] | null;
}

const TOKENS = sql`
  select t.id, t.name, t.role, t.connections, t.begins, t.created_at, t.created_by, t.last_used_at, t.expires_at,
    t.manages_people, t.user_id, u.name as maker_name, u.role as maker_role, u.connections as maker_connections
  from tokens t left join users u on u.id = t.user_id`;

export async function listTokens(db: Db): Promise<Token[]> {
  const { rows } = await sql<Token>`${TOKENS} order by t.id`.execute(db);
  return rows;
}

/** The token with this hash, unless it has expired. */
export async function tokenOf(db: Db, hash: string, now: Millis): Promise<Token | null> {
  const { rows } = await sql<Token>`
    ${TOKENS} where t.hash = ${hash} and (t.expires_at is null or t.expires_at > ${now})
  `.execute(db);
  return rows[0] ?? null;
}

export async function tokenById(db: Db, id: number): Promise<Token | null> {
  const { rows } = await sql<Token>`${TOKENS} where t.id = ${id}::bigint`.execute(db);
  return rows[0] ?? null;
}

/** What a token may do: what it was made with, and no more than its maker may do now. */
export function accessOf({ role, connections, user_id, maker_role, maker_connections }: Token): Access {
  if (user_id === null || maker_role === null) return { role, connections };
  return {
    role: includesRole(maker_role, role) ? role : maker_role,
    connections: intersectionOf(connections, maker_connections),
  };
}

export interface NewToken extends Access {
  name: string;
  hash: string;
  begins: string;
  expiresAt: Millis | null;
  managesPeople: boolean;
  /** Null where the commands make it. */
  userId: number | null;
}

export async function addToken(db: Db, token: NewToken, by: Authorship): Promise<Token> {
  const { name, role, connections, hash, begins, expiresAt, managesPeople, userId } = token;
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into tokens
        (name, role, connections, hash, begins, created_at, created_by, user_id, expires_at, manages_people)
      values (${name}, ${role}, ${nullableJson(connections)}, ${hash}, ${begins}, ${by.at}, ${by.actor.name},
        ${userId}::bigint, ${expiresAt}, ${managesPeople})
      returning id
    `.execute(trx);
    const people = managesPeople ? ', which may manage users and tokens' : '';
    const detail = `${name} (${begins}…) as ${accessText(token)}${people}`;
    await addAudit(trx, by, { what: 'token_added', detail });
    return (await tokenById(trx, rows[0]!.id))!;
  });
}

export async function touchToken(db: Db, id: number, now: Millis): Promise<void> {
  await sql`update tokens set last_used_at = ${now} where id = ${id}::bigint`.execute(db);
}

/** @returns whether there was such a token. */
export async function removeToken(db: Db, id: number, by: Authorship): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ name: string; begins: string }>`
      delete from tokens where id = ${id}::bigint returning name, begins
    `.execute(trx);
    const token = rows[0];
    if (!token) return false;
    await addAudit(trx, by, { what: 'token_removed', detail: `${token.name} (${token.begins}…)` });
    return true;
  });
}
