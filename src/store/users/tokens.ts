import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import {
  type Access,
  type AccessColumns,
  accessText,
  accessValues,
  intersectionOf,
  storedAccess,
} from './access.ts';
import type { Authorship } from './actor.ts';
import { addAudit } from './audit.ts';

/** A token for scripts. Only a hash of its secret is stored. */
export interface Token {
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
  /** What it may do: what it was made for, and no more than its maker may do now. */
  access: Access;
}

interface TokenRow extends Omit<Token, 'access'>, AccessColumns {
  maker_role: AccessColumns['role'] | null;
  maker_connections: AccessColumns['connections'];
  maker_roles: AccessColumns['roles'];
}

const TOKENS = sql`
  select t.id, t.name, t.role, t.connections, t.roles, t.begins, t.created_at, t.created_by, t.last_used_at, t.expires_at,
    t.manages_people, t.user_id, u.name as maker_name, u.role as maker_role, u.connections as maker_connections,
    u.roles as maker_roles
  from tokens t left join users u on u.id = t.user_id`;

export async function listTokens(db: Db): Promise<Token[]> {
  const { rows } = await sql<TokenRow>`${TOKENS} order by t.id`.execute(db);
  return rows.map(storedToken);
}

/** The token with this hash, unless it has expired. */
export async function tokenOf(db: Db, hash: string, now: Millis): Promise<Token | null> {
  const { rows } = await sql<TokenRow>`
    ${TOKENS} where t.hash = ${hash} and (t.expires_at is null or t.expires_at > ${now})
  `.execute(db);
  return rows[0] ? storedToken(rows[0]) : null;
}

export async function tokenById(db: Db, id: number): Promise<Token | null> {
  const { rows } = await sql<TokenRow>`${TOKENS} where t.id = ${id}::bigint`.execute(db);
  return rows[0] ? storedToken(rows[0]) : null;
}

function storedToken(row: TokenRow): Token {
  const { role, connections, roles, maker_role, maker_connections, maker_roles, ...token } = row;
  const own = storedAccess({ role, connections, roles });
  if (maker_role === null) return { ...token, access: own };
  const maker = storedAccess({ role: maker_role, connections: maker_connections, roles: maker_roles });
  return { ...token, access: intersectionOf(own, maker) };
}

export interface NewToken {
  name: string;
  access: Access;
  hash: string;
  begins: string;
  expiresAt: Millis | null;
  managesPeople: boolean;
  /** Null where the commands make it. */
  userId: number | null;
}

export async function addToken(db: Db, token: NewToken, by: Authorship): Promise<Token> {
  const { name, access, hash, begins, expiresAt, managesPeople, userId } = token;
  const { role, connections, roles } = accessValues(access);
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into tokens
        (name, role, connections, roles, hash, begins, created_at, created_by, user_id, expires_at, manages_people)
      values (${name}, ${role}, ${connections}, ${roles}, ${hash}, ${begins}, ${by.at}, ${by.actor.name},
        ${userId}::bigint, ${expiresAt}, ${managesPeople})
      returning id
    `.execute(trx);
    const people = managesPeople ? ', which may manage users and tokens' : '';
    const detail = `${name} (${begins}…) as ${accessText(access)}${people}`;
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
