import type { Db } from '../../store/database/database.ts';
import { addSetupLink } from '../../store/users/setup-links.ts';
import { hashOf, newSecret } from './secrets-at-rest.ts';

/** How long a one-time link works, in ms. Its secret may lie in a mailbox or a terminal's history. */
export const SETUP_LINK_TTL_MS = 7 * 86_400_000;

/** A new one-time link, as a path. @param userId whose password it sets; null: it makes the first admin */
export async function newSetupLink(db: Db, userId: number | null, now: number): Promise<string> {
  const secret = newSecret();
  await addSetupLink(db, hashOf(secret), userId, now);
  return `/setup#${secret}`;
}
