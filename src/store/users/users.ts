import { sql } from 'kysely';
import { normalizedName, skeletonOf } from '../../lib/display-names.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { type Access, type AccessColumns, accessText, accessValues, storedAccess } from './access.ts';
import type { Authorship } from './actor.ts';
import { addAudit } from './audit.ts';
import { lockPeople } from './people-lock.ts';
import { endLinks } from './setup-links.ts';

export interface User extends Access {
  id: number;
  name: string;
  created_at: Millis;
  last_seen_at: Millis | null;
  password_hash: string | null;
}

type UserRow = Omit<User, keyof Access> & AccessColumns;

const COLUMNS = sql`id, name, role, connections, roles, created_at, last_seen_at, password_hash`;

function userOf({ role, connections, roles, ...row }: UserRow): User {
  return { ...row, ...storedAccess({ role, connections, roles }) };
}

/** The key of a user's name, which ignores case and surrounding spaces. */
const keyOf = (name: string) => name.trim().toLowerCase();

export async function listUsers(db: Db): Promise<User[]> {
  const { rows } = await sql<UserRow>`select ${COLUMNS} from users order by name_key`.execute(db);
  return rows.map(userOf);
}

export async function hasUsers(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from users limit 1`.execute(db);
  return rows.length > 0;
}

/** The user whose name this is, as it was stored or in its normalized form. */
export async function userNamed(db: Db, name: string): Promise<User | null> {
  const keys = [keyOf(name), keyOf(normalizedName(name))];
  const { rows } = await sql<UserRow>`
    select ${COLUMNS} from users where name_key = any(${keys}::text[]) order by name_key = ${keys[0]} desc limit 1
  `.execute(db);
  return rows[0] ? userOf(rows[0]) : null;
}

export async function userById(db: Db, id: number): Promise<User | null> {
  const { rows } = await sql<UserRow>`select ${COLUMNS} from users where id = ${id}::bigint`.execute(db);
  return rows[0] ? userOf(rows[0]) : null;
}

export interface NewUser {
  name: string;
  access: Access;
  passwordHash?: string | null;
}

/** @returns null where the name is taken, or looks like one that is. */
export async function addUser(db: Db, added: NewUser, by: Authorship): Promise<User | null> {
  const { access, passwordHash = null } = added;
  const { role, connections, roles } = accessValues(access);
  const name = normalizedName(added.name);
  return inTransaction(db, async (trx) => {
    await lockPeople(trx);
    const skeleton = skeletonOf(name);
    const others = await listUsers(trx);
    if (others.some((other) => skeletonOf(other.name) === skeleton)) return null;
    const { rows } = await sql<UserRow>`
      insert into users (name, name_key, role, connections, roles, password_hash, created_at)
      values (${name}, ${keyOf(name)}, ${role}, ${connections}, ${roles}, ${passwordHash}, ${by.at})
      on conflict (name_key) do nothing
      returning ${COLUMNS}
    `.execute(trx);
    if (!rows[0]) return null;
    const user = userOf(rows[0]);
    await addAudit(trx, by, { what: 'user_added', detail: `${user.name} as ${accessText(user)}` });
    return user;
  });
}

/** Sets a password, and ends the user's sessions and open links. @param how for the audit log: `by a one-time link` */
export async function setPassword(
  db: Db,
  id: number,
  { passwordHash, how }: { passwordHash: string; how: string },
  by: Authorship,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await sql`update users set password_hash = ${passwordHash} where id = ${id}::bigint`.execute(trx);
    await sql`delete from sessions where user_id = ${id}::bigint`.execute(trx);
    await sql`delete from setup_links where user_id = ${id}::bigint`.execute(trx);
    await addAudit(trx, by, { what: 'password_set', detail: how });
  });
}

/** The condition that there is an admin besides this user who can sign in and may manage everybody. */
const anotherAdmin = (id: number) => sql`exists (
  select 1 from users other
  where other.id <> ${id}::bigint and other.role = 'admin' and other.connections is null and other.password_hash is not null
)`;

/**
 * Sets what a user may do, and ends the user's open link, which was made for another role.
 * @returns null where the user does not exist, or nobody would be left who may manage everybody.
 */
export async function setAccess(db: Db, id: number, access: Access, by: Authorship): Promise<User | null> {
  const { role, connections, roles } = accessValues(access);
  return inTransaction(db, async (trx) => {
    const before = await lockedUser(trx, id);
    if (!before) return null;
    const staysAdmin = access.role === 'admin' && access.roles === null;
    const { rows } = await sql<UserRow>`
      update users set role = ${role}, connections = ${connections}, roles = ${roles}
      where id = ${id}::bigint and (${staysAdmin} or role <> 'admin' or connections is not null or ${anotherAdmin(id)})
      returning ${COLUMNS}
    `.execute(trx);
    if (!rows[0]) return null;
    const user = userOf(rows[0]);
    const detail = `${user.name} from ${accessText(before)} to ${accessText(user)}`;
    await addAudit(trx, by, { what: 'role_changed', detail });
    await endLinks(trx, user, 'the role or its connections changed', by);
    return user;
  });
}

/**
 * Removes a user with their sessions, links and tokens.
 * @returns false where the user does not exist, or nobody would be left who may manage everybody.
 */
export async function removeUser(db: Db, id: number, by: Authorship): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const user = await lockedUser(trx, id);
    if (!user) return false;
    const { rows: tokens } = await sql<{ name: string }>`
      select name from tokens where user_id = ${id}::bigint order by id
    `.execute(trx);
    const { rows } = await sql`
      delete from users
      where id = ${id}::bigint and (role <> 'admin' or connections is not null or ${anotherAdmin(id)}) returning id
    `.execute(trx);
    if (rows.length === 0) return false;
    await addAudit(trx, by, { what: 'user_removed', detail: user.name + tokensText(tokens) });
    return true;
  });
}

/** The user, whom no other transaction changes until this one ends. */
async function lockedUser(trx: Db, id: number): Promise<User | null> {
  await lockPeople(trx);
  const { rows } = await sql<UserRow>`
    select ${COLUMNS} from users where id = ${id}::bigint for update
  `.execute(trx);
  return rows[0] ? userOf(rows[0]) : null;
}

/** The most names of tokens in one entry. */
const MAX_NAMED = 20;

function tokensText(tokens: { name: string }[]): string {
  if (tokens.length === 0) return '';
  const names = tokens.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = tokens.length > MAX_NAMED ? ` and ${tokens.length - MAX_NAMED} more` : '';
  return `, with ${tokens.length === 1 ? 'the token' : 'the tokens'} ${names.join(', ')}${more}`;
}
