import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

export type Role = 'viewer' | 'editor' | 'admin';

export interface User {
  id: number;
  name: string;
  role: Role;
  created_at: Millis;
  last_seen_at: Millis | null;
  password_hash: string | null;
}

const COLUMNS = sql`id, name, role, created_at, last_seen_at, password_hash`;

/** The key of a user's name, which ignores case and surrounding spaces. */
const keyOf = (name: string) => name.trim().toLowerCase();

export async function listUsers(db: Db): Promise<User[]> {
  const { rows } = await sql<User>`select ${COLUMNS} from users order by name_key`.execute(db);
  return rows;
}

export async function hasUsers(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from users limit 1`.execute(db);
  return rows.length > 0;
}

export async function userNamed(db: Db, name: string): Promise<User | null> {
  const { rows } = await sql<User>`select ${COLUMNS} from users where name_key = ${keyOf(name)}`.execute(db);
  return rows[0] ?? null;
}

export async function userById(db: Db, id: number): Promise<User | null> {
  const { rows } = await sql<User>`select ${COLUMNS} from users where id = ${id}::bigint`.execute(db);
  return rows[0] ?? null;
}

/** @returns null where the name is taken. */
export async function addUser(
  db: Db,
  { name, role, passwordHash = null }: { name: string; role: Role; passwordHash?: string | null },
  now: Millis,
): Promise<User | null> {
  const { rows } = await sql<User>`
    insert into users (name, name_key, role, password_hash, created_at)
    values (${name.trim()}, ${keyOf(name)}, ${role}, ${passwordHash}, ${now})
    on conflict (name_key) do nothing
    returning ${COLUMNS}
  `.execute(db);
  return rows[0] ?? null;
}

/** Sets a password and ends all sessions of the user. */
export async function setPassword(db: Db, id: number, passwordHash: string): Promise<void> {
  await sql`update users set password_hash = ${passwordHash} where id = ${id}::bigint`.execute(db);
  await sql`delete from sessions where user_id = ${id}::bigint`.execute(db);
}

/** The condition that there is an admin besides this user. */
const anotherAdmin = (id: number) => sql`exists (
  select 1 from users other where other.id <> ${id}::bigint and other.role = 'admin' and other.password_hash is not null
)`;

/** @returns null where the user does not exist, or no admin would be left. */
export async function setRole(db: Db, id: number, role: Role): Promise<User | null> {
  const { rows } = await sql<User>`
    update users set role = ${role}
    where id = ${id}::bigint and (${role} = 'admin' or role <> 'admin' or ${anotherAdmin(id)})
    returning ${COLUMNS}
  `.execute(db);
  return rows[0] ?? null;
}

/** @returns false where the user does not exist, or no admin would be left. */
export async function removeUser(db: Db, id: number): Promise<boolean> {
  const { rows } = await sql`
    delete from users where id = ${id}::bigint and (role <> 'admin' or ${anotherAdmin(id)}) returning id
  `.execute(db);
  return rows.length > 0;
}
