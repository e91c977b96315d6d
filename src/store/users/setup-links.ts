import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Links for the first admin that are kept: each start without a user prints another one. */
const KEPT = 10;

/** @param userId whose password the link sets; null: it makes the first admin. */
export async function addSetupLink(db: Db, hash: string, userId: number | null, now: Millis): Promise<void> {
  await sql`delete from setup_links where user_id = ${userId}::bigint`.execute(db);
  await sql`
    insert into setup_links (hash, user_id, created_at) values (${hash}, ${userId}::bigint, ${now})
  `.execute(db);
  await sql`
    delete from setup_links where user_id is null and hash not in (
      select hash from setup_links where user_id is null order by created_at desc limit ${KEPT}
    )
  `.execute(db);
}

/** Whose link it is, without using it up. Null where there is none. */
export async function setupLinkOf(db: Db, hash: string): Promise<{ userId: number | null } | null> {
  const { rows } = await sql<{ userId: number | null }>`
    select user_id as "userId" from setup_links where hash = ${hash}
  `.execute(db);
  return rows[0] ?? null;
}

/** Uses a link up, and with one for the first admin all others of that kind. @returns whether it was there. */
export async function useSetupLink(trx: Db, hash: string): Promise<boolean> {
  const { rows } = await sql<{ userId: number | null }>`
    delete from setup_links where hash = ${hash} returning user_id as "userId"
  `.execute(trx);
  if (rows.length === 0) return false;
  if (rows[0]!.userId === null) await sql`delete from setup_links where user_id is null`.execute(trx);
  return true;
}
