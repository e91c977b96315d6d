import type { Db } from '../../store/database/database.ts';
import type { Authorship } from '../../store/users/actor.ts';
import { addSetupLink, type LinkUser } from '../../store/users/setup-links.ts';
import { hashOf, newSecret } from './secrets-at-rest.ts';

const HOUR_MS = 3_600_000;

/** How long a one-time link works, in ms. Its secret may lie in a mailbox, a chat or a terminal's history. */
export const LINK_TTL_MS = {
  /** For somebody who has no password yet. */
  invitation: 7 * 24 * HOUR_MS,
  /** For somebody who has one. */
  reset: 24 * HOUR_MS,
  /** Until the next start, and not longer than this. */
  firstAdmin: 7 * 24 * HOUR_MS,
};

/** A new one-time link with which a user sets a password, as a path. It replaces the earlier one. */
export async function newSetupLink(
  db: Db,
  user: LinkUser & { password_hash: string | null },
  by: Authorship,
): Promise<string> {
  const ttl = user.password_hash === null ? LINK_TTL_MS.invitation : LINK_TTL_MS.reset;
  return storeLink(db, user, ttl, by);
}

/** A new one-time link that makes the first admin, as a path. It replaces all others of that kind. */
export async function newFirstAdminLink(db: Db, by: Authorship): Promise<string> {
  return storeLink(db, null, LINK_TTL_MS.firstAdmin, by);
}

async function storeLink(db: Db, user: LinkUser | null, ttlMs: number, by: Authorship): Promise<string> {
  const secret = newSecret();
  await addSetupLink(db, { hash: hashOf(secret), user, expiresAt: by.at + ttlMs }, by);
  return `/setup#${secret}`;
}
