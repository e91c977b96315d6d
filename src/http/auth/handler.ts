import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { beginSession, endSession } from '../../store/users/sessions.ts';
import { setupLinkOf, useSetupLink } from '../../store/users/setup-links.ts';
import { addUser, hasUsers, setPassword, type User, userById, userNamed } from '../../store/users/users.ts';
import type { Audit } from '../api/people/audit.ts';
import { type Handlers, HttpError } from '../api/routes.ts';
import type { Attempts } from './attempts.ts';
import { SESSION } from './authenticate.ts';
import { writeCookie } from './cookie.ts';
import type { Passwords } from './passwords.ts';
import { hashOf, newSecret } from './secrets-at-rest.ts';

type SignIn = Pick<Handlers, 'setUp' | 'signIn' | 'whoAmI' | 'signOut'>;

export interface SignInOptions {
  db(): Promise<Db>;
  now(): number;
  passwords: Passwords;
  attempts: Attempts;
  audit: Audit;
  demo: boolean;
}

export function signInHandlers(options: SignInOptions): SignIn {
  const { db, now, passwords, attempts, audit, demo } = options;

  async function signedIn(
    user: Pick<User, 'id' | 'name' | 'role'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    await startSession(await db(), user.id, now(), request, reply);
    return { name: user.name, role: user.role, by: 'session' as const, until: now() + SESSION.idleMs, demo };
  }

  /** @throws Refusal 429 */
  function limited(name: string, address: string): void {
    const wait = attempts.begin(name, address);
    if (wait <= 0) return;
    const seconds = Math.ceil(wait / 1000);
    throw new HttpError(429, `Too many tries. Wait ${seconds} s, then try again.`, seconds);
  }

  return {
    async setUp({ body: { link, name, password } }, context) {
      // No limit: nobody guesses 32 random bytes, and a wrong link costs one look into an index.
      const store = await db();
      const hash = hashOf(link);
      const found = await setupLinkOf(store, hash);
      if (!found) throw new HttpError(403, UNKNOWN_LINK);
      if (found.userId === null && name === undefined) throw new HttpError(400, 'Choose a name, too.');
      const passwordHash = await passwords.hash(password);
      const user = await store.transaction().execute(async (trx) => {
        if (!(await useSetupLink(trx, hash))) throw new HttpError(403, UNKNOWN_LINK);
        return found.userId === null
          ? firstAdmin(trx, name!, passwordHash, now())
          : withPassword(trx, found.userId, passwordHash);
      });
      await audit(context, 'password_set', 'by a one-time link', user.name);
      return signedIn(user, context.request, context.reply);
    },

    async signIn({ body: { name, password } }, context) {
      limited(name, context.request.ip);
      const user = await userNamed(await db(), name);
      if (!(await passwords.isRight(password, user?.password_hash ?? null)) || !user) {
        await audit(context, 'sign_in_refused', 'wrong name or password', user?.name ?? 'somebody');
        throw new HttpError(401, 'The name or the password is wrong.');
      }
      attempts.succeeded(name, context.request.ip);
      await audit(context, 'sign_in', '', user.name);
      return signedIn(user, context.request, context.reply);
    },

    whoAmI: async (_asked, { who }) => {
      const { name, role, by, until } = who!;
      return { name, role, by, until, demo };
    },

    async signOut(_asked, { who, request, reply }) {
      if (who!.sessionHash !== null) await endSession(await db(), who!.sessionHash);
      writeCookie(request, reply, null, 0);
      return { ok: true };
    },
  };
}

/** Begins a session for the browser that asks. */
export async function startSession(
  db: Db,
  userId: number,
  now: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const secret = newSecret();
  await beginSession(db, hashOf(secret), userId, now, now - SESSION.idleMs);
  writeCookie(request, reply, secret, SESSION.idleMs);
}

const UNKNOWN_LINK =
  'This link was used before, or another one was made since. ' +
  'The first link is printed by stagepost serve when it starts without any user; later ones come from an admin.';

async function firstAdmin(trx: Db, name: string, passwordHash: string, now: number): Promise<User> {
  const isFirst = !(await hasUsers(trx));
  const user = isFirst ? await addUser(trx, { name, role: 'admin', passwordHash }, now) : null;
  if (!user) throw new HttpError(409, 'There is an admin already. Sign in, or ask them for a link.');
  return user;
}

async function withPassword(trx: Db, userId: number, passwordHash: string): Promise<User> {
  await setPassword(trx, userId, passwordHash);
  const user = await userById(trx, userId);
  if (!user) throw new HttpError(403, UNKNOWN_LINK);
  return user;
}
