import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { beginSession } from '../../store/users/sessions.ts';
import { hashOf, newSecret } from './secrets-at-rest.ts';
import { setSessionCookie } from './session-cookie.ts';

/** A session ends a week after its last use, and a month after the sign-in in any case. */
export const SESSION = { idleMs: 7 * 86_400_000, maxMs: 30 * 86_400_000 };

/** Stores a session of the user and gives its cookie to the browser. @param now ms */
export async function startSession(
  db: Db,
  userId: number,
  now: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const secret = newSecret();
  await beginSession(db, hashOf(secret), userId, now, now - SESSION.idleMs);
  setSessionCookie(request, reply, secret, SESSION.idleMs);
}
