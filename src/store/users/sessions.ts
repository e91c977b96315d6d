import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { Role } from './users.ts';

export interface SessionUser {
  userId: number;
  name: string;
  role: Role;
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
  const { rows } = await sql<SessionUser>`
    select u.id as "userId", u.name, u.role, s.created_at as "createdAt", s.seen_at as "seenAt"
    from sessions s join users u on u.id = s.user_id
    where s.hash = ${hash} and s.seen_at > ${usedAfter} and s.created_at > ${begunAfter}
  `.execute(db);
  return rows[0] ?? null;
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

export async function endSession(db: Db, hash: string): Promise<void> {
  await sql`delete from sessions where hash = ${hash}`.execute(db);
}
