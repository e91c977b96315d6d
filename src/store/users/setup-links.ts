import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Role } from './access.ts';
import type { Authorship } from './actor.ts';
import { addAudit } from './audit.ts';
import { lockPeople } from './people-lock.ts';

/** A user for whom a link is made. */
export interface LinkUser {
  id: number;
  name: string;
  role: Role;
}

export interface NewLink {
  hash: string;
  /** Whose password the link sets; null: it creates the first admin. */
  user: LinkUser | null;
  expiresAt: Millis;
}

/**
 * Stores a one-time link, which replaces the user's earlier one. A link for the first admin replaces all others of that
 * kind: the one that an earlier start has printed may lie in a log.
 */
export async function addSetupLink(
  db: Db,
  { hash, user, expiresAt }: NewLink,
  by: Authorship,
): Promise<void> {
  const id = user?.id ?? null;
  await inTransaction(db, async (trx) => {
    await lockPeople(trx);
    await sql`
      delete from setup_links where user_id is not distinct from ${id}::bigint or expires_at <= ${by.at}
    `.execute(trx);
    await sql`
      insert into setup_links (hash, user_id, role, created_at, expires_at)
      values (${hash}, ${id}::bigint, ${user?.role ?? null}, ${by.at}, ${expiresAt})
    `.execute(trx);
    await addAudit(trx, by, { what: 'link_made', detail: user ? `for ${user.name}` : 'for the first admin' });
  });
}

export interface SetupLink {
  /** Null: the link creates the first admin. */
  userId: number | null;
  /** The user's role when the link was made. */
  role: Role | null;
  expiresAt: Millis;
}

/** The link with this hash; null where there is none. The link stays valid. */
export async function findSetupLink(db: Db, hash: string): Promise<SetupLink | null> {
  const { rows } = await sql<SetupLink>`
    select user_id as "userId", role, expires_at as "expiresAt" from setup_links where hash = ${hash}
  `.execute(db);
  return rows[0] ?? null;
}

/** The links that still work, by user. */
export async function openLinks(db: Db, now: Millis): Promise<Map<number, { expiresAt: Millis }>> {
  const { rows } = await sql<{ userId: number; expiresAt: Millis }>`
    select user_id as "userId", expires_at as "expiresAt" from setup_links
    where user_id is not null and expires_at > ${now}
  `.execute(db);
  return new Map(rows.map(({ userId, expiresAt }) => [userId, { expiresAt }]));
}

/**
 * Uses up a link. One for the first admin ends all others of that kind.
 * @returns the link as it was, or null where it has ended or was used
 */
export async function consumeSetupLink(trx: Db, hash: string, now: Millis): Promise<SetupLink | null> {
  await lockPeople(trx);
  const { rows } = await sql<SetupLink>`
    delete from setup_links where hash = ${hash} and expires_at > ${now}
    returning user_id as "userId", role, expires_at as "expiresAt"
  `.execute(trx);
  const link = rows[0] ?? null;
  if (link && link.userId === null) await sql`delete from setup_links where user_id is null`.execute(trx);
  return link;
}

/** Ends the user's link, if one is open. @param why for the audit log @returns whether one was open */
export async function endLinks(
  db: Db,
  user: Pick<LinkUser, 'id' | 'name'>,
  why: string,
  by: Authorship,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ expiresAt: Millis }>`
      delete from setup_links where user_id = ${user.id}::bigint returning expires_at as "expiresAt"
    `.execute(trx);
    const wasOpen = rows.some(({ expiresAt }) => expiresAt > by.at);
    if (wasOpen) await addAudit(trx, by, { what: 'link_ended', detail: `for ${user.name}: ${why}` });
    return wasOpen;
  });
}
