import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How many links for the first admin are kept. Each start without a user prints a new one. */
const MAX_FIRST_ADMIN_LINKS = 10;

/**
 * Stores a one-time link, which replaces the user's earlier one.
 * @param userId the user whose password the link sets; null: the link creates the first admin
 */
export async function addSetupLink(db: Db, hash: string, userId: number | null, now: Millis): Promise<void> {
  await sql`delete from setup_links where user_id = ${userId}::bigint`.execute(db);
  await sql`
    insert into setup_links (hash, user_id, created_at) values (${hash}, ${userId}::bigint, ${now})
  `.execute(db);
  await sql`
    delete from setup_links where user_id is null and hash not in (
      select hash from setup_links where user_id is null order by created_at desc limit ${MAX_FIRST_ADMIN_LINKS}
    )
  `.execute(db);
}

export interface SetupLink {
  /** Null: the link creates the first admin. */
  userId: number | null;
  createdAt: Millis;
}

/** The link with this hash; null where there is none. The link stays valid. */
export async function findSetupLink(db: Db, hash: string): Promise<SetupLink | null> {
  const { rows } = await sql<SetupLink>`
    select user_id as "userId", created_at as "createdAt" from setup_links where hash = ${hash}
  `.execute(db);
  return rows[0] ?? null;
}

/** Uses up a link. One for the first admin invalidates all others of that kind. @returns whether the link was valid */
export async function consumeSetupLink(trx: Db, hash: string): Promise<boolean> {
  const { rows } = await sql<{ userId: number | null }>`
    delete from setup_links where hash = ${hash} returning user_id as "userId"
  `.execute(trx);
  if (rows.length === 0) return false;
  if (rows[0]!.userId === null) await sql`delete from setup_links where user_id is null`.execute(trx);
  return true;
}
