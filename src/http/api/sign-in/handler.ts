import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import { accessToAll, includesRole, type Role } from '../../../store/users/access.ts';
import type { Actor, Authorship } from '../../../store/users/actor.ts';
import { addAudit } from '../../../store/users/audit.ts';
import { endSession } from '../../../store/users/sessions.ts';
import { consumeSetupLink, endLinks, findSetupLink } from '../../../store/users/setup-links.ts';
import {
  addUser,
  hasUsers,
  setPassword,
  type User,
  userById,
  userNamed,
} from '../../../store/users/users.ts';
import type { CheckPassword } from '../../auth/check-password.ts';
import { rememberDevice } from '../../auth/device-cookie.ts';
import { passwordProblem } from '../../auth/password-strength.ts';
import type { Passwords } from '../../auth/passwords.ts';
import type { RefusalLog } from '../../auth/refusal-log.ts';
import { hashOf } from '../../auth/secrets-at-rest.ts';
import { SESSION, startSession } from '../../auth/session.ts';
import { clearSessionCookie } from '../../auth/session-cookie.ts';
import { HttpError } from '../../http-error.ts';
import { shownAccess } from '../people/access.ts';
import type { RequestTurns } from '../request-turns.ts';
import type { Handlers } from '../routes.ts';

type SignIn = Pick<Handlers, 'setUp' | 'signIn' | 'whoAmI' | 'signOut'>;

export interface SignInOptions {
  db(): Promise<Db>;
  now(): number;
  passwords: Passwords;
  checkPassword: CheckPassword;
  refusals: RefusalLog | null;
  turns: RequestTurns;
  demo: boolean;
}

export function signInHandlers(options: SignInOptions): SignIn {
  const { db, now, passwords, checkPassword, refusals, turns, demo } = options;

  /** Starts a session. @returns the answer for the console */
  async function sessionFor(store: Db, user: User, request: FastifyRequest, reply: FastifyReply) {
    await startSession(store, user.id, now(), request, reply);
    rememberDevice(request, reply, user);
    const access = { ...shownAccess(user), managesPeople: user.role === 'admin' };
    return { name: user.name, ...access, by: 'session' as const, until: now() + SESSION.idleMs, demo };
  }

  return {
    async setUp({ body: { link, name, password } }, { actor, request, reply }) {
      // Attempts are not limited: nobody guesses 32 random bytes, and a wrong link costs one step into an index.
      const store = await db();
      const hash = hashOf(link);
      const found = await turns.lookUp(request.ip, () => findSetupLink(store, hash));
      if (!found) throw new HttpError(403, UNKNOWN_LINK);
      if (now() >= found.expiresAt) throw new HttpError(403, EXPIRED_LINK);
      if (found.userId === null && name === undefined) throw new HttpError(400, 'Choose a name, too.');
      const owner = found.userId === null ? name! : ((await userById(store, found.userId))?.name ?? '');
      const problem = passwordProblem(password, owner);
      if (problem !== null) throw new HttpError(400, `The password ${problem}. ${BETTER_PASSWORD}`);
      const passwordHash = await passwords.hash(password);
      const user = await store.transaction().execute(async (trx) => {
        const consumed = await consumeSetupLink(trx, hash, now());
        if (!consumed) throw new HttpError(403, UNKNOWN_LINK);
        const by = { actor, at: now() };
        const { userId, role } = consumed;
        return userId === null
          ? addFirstAdmin(trx, { name: name!, passwordHash }, by)
          : setUsersPassword(trx, { userId, role, passwordHash }, by);
      });
      return sessionFor(store, user, request, reply);
    },

    async signIn({ body: { name, password } }, { actor, request, reply }) {
      const store = await db();
      const user = await turns.lookUp(request.ip, () => userNamed(store, name));
      const verdict = await checkPassword({ name, password, user, request });
      if (verdict.state === 'throttled') {
        const seconds = Math.ceil(verdict.waitMs / 1000);
        const whom = user ? ` for ${user.name}` : '';
        refusals?.record('sign_in_delayed', actor, `too many attempts${whom}, not compared`);
        throw new HttpError(429, tooManyAttempts(seconds), seconds);
      }
      if (verdict.state === 'wrong' || !user) {
        const detail = user ? `wrong password for ${user.name}` : 'unknown name';
        await addAudit(store, { actor, at: now() }, { what: 'sign_in_refused', detail });
        throw new HttpError(401, 'The name or the password is wrong.');
      }
      return store.transaction().execute(async (trx) => {
        const by = { actor: actorFor(user, request.ip), at: now() };
        await addAudit(trx, by, { what: 'sign_in' });
        await endLinks(trx, user, 'its user signed in with a password', by);
        return sessionFor(trx, user, request, reply);
      });
    },

    whoAmI: async (_input, { principal }) => {
      const { name, role, by, until } = principal;
      const managesPeople = principal.managesPeople && role === 'admin';
      return { name, ...shownAccess(principal), managesPeople, by, until, demo };
    },

    async signOut(_input, { principal, actor, request, reply }) {
      if (principal.sessionHash !== null)
        await endSession(await db(), principal.sessionHash, { actor, at: now() });
      clearSessionCookie(request, reply);
      return { ok: true };
    },
  };
}

const BETTER_PASSWORD = 'Choose another one: some words that do not belong together are easy to remember.';

const tooManyAttempts = (seconds: number) =>
  `Too many attempts. Wait ${seconds} s, then try again. ` +
  'If you do not get in: a one-time link of an admin, or of stagepost sign-in-link on the server, always works.';

const UNKNOWN_LINK =
  'This link does not work any more: it was used, a newer one has replaced it, or it was taken back. A link also ends ' +
  'when its user signs in with a password, and when their role changes. Ask an admin for a new one. ' +
  'The link for the first admin is printed by the stagepost serve that started last.';

const EXPIRED_LINK =
  'This link has expired: an invitation works for 7 days, a link for a new password for 24 hours. ' +
  'Ask an admin for a new one. The link for the first admin is printed anew whenever stagepost serve starts.';

function actorFor({ id, name }: User, address: string | null): Actor {
  return { kind: 'user', id, name, address };
}

/** @throws HttpError 409 where there is an admin by now */
async function addFirstAdmin(
  trx: Db,
  { name, passwordHash }: { name: string; passwordHash: string },
  { actor, at }: Authorship,
): Promise<User> {
  const isFirst = !(await hasUsers(trx));
  const added = { name, access: accessToAll('admin'), passwordHash };
  const user = isFirst ? await addUser(trx, added, { actor, at }) : null;
  if (!user) throw new HttpError(409, 'There is an admin already. Sign in, or ask them for a link.');
  const entry = { what: 'password_set', detail: 'by the link for the first admin' } as const;
  await addAudit(trx, { actor: actorFor(user, actor.address), at }, entry);
  return user;
}

/**
 * @param role the user's when the link was made: a link never gives more than that
 * @throws HttpError 403 where the user was removed, or has been given a higher role
 */
async function setUsersPassword(
  trx: Db,
  { userId, role, passwordHash }: { userId: number; role: Role | null; passwordHash: string },
  { actor, at }: Authorship,
): Promise<User> {
  const user = await userById(trx, userId);
  if (!user || role === null || !includesRole(role, user.role)) throw new HttpError(403, UNKNOWN_LINK);
  const by = { actor: actorFor(user, actor.address), at };
  await setPassword(trx, userId, { passwordHash, how: 'by a one-time link' }, by);
  // With the new hash, which signs the cookie by which the browser is known from now on.
  return { ...user, password_hash: passwordHash };
}
