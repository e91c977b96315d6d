import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { type Access, type AccessColumns, storedAccess } from './access.ts';
import type { Authorship } from './actor.ts';
import { addAudit } from './audit.ts';

export interface SessionUser extends Access {
  userId: number;
  name: string;
  createdAt: Millis;
  /** The time of the last use, with a precision of about ten minutes. */
  seenAt: Millis;
}

/** The session with this hash, if it began after `begunAfter` and was used after `usedAfter`. */
export async function sessionOf(
  db: Db,
  hash: string,
  { usedAfter, begunAfter }: { usedAfter: Millis; begunAfter: Millis },
): Promise<SessionUser | null> {
  const { rows } = await sql<Omit<SessionUser, keyof Access> & AccessColumns>`
    select u.id as "userId", u.name, u.role, u.connections, u.roles, s.created_at as "createdAt", s.seen_at as "seenAt"
    from sessions s join users u on u.id = s.user_id
    where s.hash = ${hash} and s.seen_at > ${usedAfter} and s.created_at > ${begunAfter}
  `.execute(db);
  if (!rows[0]) return null;
  const { role, connections, roles, ...user } = rows[0];
  return { ...user, ...storedAccess({ role, connections, roles }) };
}

/** Begins a session, and removes sessions that were not used since `usedAfter`. */
export async function beginSession(
  db: Db,
  hash: string,
  userId: number,
  now: Millis,
  usedAfter: Millis,
): Promise<void> {
  await sql`delete from sessions where seen_at < ${usedAfter}`.execute(db);
  await sql`
    insert into sessions (hash, user_id, created_at, seen_at) values (${hash}, ${userId}::bigint, ${now}, ${now})
  `.execute(db);
  await sql`update users set last_seen_at = ${now} where id = ${userId}::bigint`.execute(db);
}

export async function touchSession(db: Db, hash: string, userId: number, now: Millis): Promise<void> {
  await sql`update sessions set seen_at = ${now} where hash = ${hash}`.execute(db);
  await sql`update users set last_seen_at = ${now} where id = ${userId}::bigint`.execute(db);
}

/** Ends a session by a sign-out. */
export async function endSession(db: Db, hash: string, by: Authorship): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { rows } = await sql`delete from sessions where hash = ${hash} returning hash`.execute(trx);
    if (rows.length > 0) await addAudit(trx, by, { what: 'sign_out' });
  });
}
