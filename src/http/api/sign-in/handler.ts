import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventThrottle } from '../../../lib/event-throttle.ts';
import type { Db } from '../../../store/database/database.ts';
import { endSession } from '../../../store/users/sessions.ts';
import { consumeSetupLink, findSetupLink } from '../../../store/users/setup-links.ts';
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
import { networksOf } from '../../auth/network.ts';
import type { Passwords } from '../../auth/passwords.ts';
import { hashOf } from '../../auth/secrets-at-rest.ts';
import { SESSION, startSession } from '../../auth/session.ts';
import { clearSessionCookie } from '../../auth/session-cookie.ts';
import { SETUP_LINK_TTL_MS } from '../../auth/setup-link.ts';
import { HttpError } from '../../http-error.ts';
import type { WriteAudit } from '../audit-log.ts';
import type { Context, Handlers } from '../routes.ts';

type SignIn = Pick<Handlers, 'setUp' | 'signIn' | 'whoAmI' | 'signOut'>;

export interface SignInOptions {
  db(): Promise<Db>;
  now(): number;
  passwords: Passwords;
  checkPassword: CheckPassword;
  writeAudit: WriteAudit;
  demo: boolean;
}

export function signInHandlers(options: SignInOptions): SignIn {
  const { db, now, passwords, checkPassword, writeAudit, demo } = options;

  /** Starts a session. @returns the answer for the console */
  async function sessionFor(user: User, request: FastifyRequest, reply: FastifyReply) {
    await startSession(await db(), user.id, now(), request, reply);
    rememberDevice(request, reply, user);
    return { name: user.name, role: user.role, by: 'session' as const, until: now() + SESSION.idleMs, demo };
  }

  const throttled = new EventThrottle({ ...AUDIT_THROTTLE, now });

  /** Writes into the audit log that attempts for this name were refused, at most once a minute for each network. */
  async function auditThrottled(store: Db, context: Context, user: User | null): Promise<void> {
    const report = throttled.add(`${networksOf(context.request.ip).wide} ${user?.id}`);
    if (report === null) return;
    const detail = `too many attempts, not compared: ${report.count}`;
    await writeAudit(store, context, 'sign_in_refused', detail, user?.name ?? 'somebody');
  }

  return {
    async setUp({ body: { link, name, password } }, context) {
      // Attempts are not limited: nobody guesses 32 random bytes, and a wrong link costs one step into an index.
      const store = await db();
      const hash = hashOf(link);
      const found = await findSetupLink(store, hash);
      if (!found) throw new HttpError(403, UNKNOWN_LINK);
      if (now() - found.createdAt >= SETUP_LINK_TTL_MS) throw new HttpError(403, EXPIRED_LINK);
      if (found.userId === null && name === undefined) throw new HttpError(400, 'Choose a name, too.');
      const passwordHash = await passwords.hash(password);
      const user = await store.transaction().execute(async (trx) => {
        if (!(await consumeSetupLink(trx, hash))) throw new HttpError(403, UNKNOWN_LINK);
        const changed =
          found.userId === null
            ? await addFirstAdmin(trx, name!, passwordHash, now())
            : await changePassword(trx, found.userId, passwordHash);
        await writeAudit(trx, context, 'password_set', 'by a one-time link', changed.name);
        return changed;
      });
      return sessionFor(user, context.request, context.reply);
    },

    async signIn({ body: { name, password } }, context) {
      const store = await db();
      const user = await userNamed(store, name);
      const verdict = await checkPassword({ name, password, user, request: context.request });
      if (verdict.state === 'throttled') {
        await auditThrottled(store, context, user);
        const seconds = Math.ceil(verdict.waitMs / 1000);
        throw new HttpError(429, tooManyAttempts(seconds), seconds);
      }
      if (verdict.state === 'wrong' || !user) {
        await writeAudit(
          store,
          context,
          'sign_in_refused',
          'wrong name or password',
          user?.name ?? 'somebody',
        );
        throw new HttpError(401, 'The name or the password is wrong.');
      }
      await writeAudit(store, context, 'sign_in', '', user.name);
      return sessionFor(user, context.request, context.reply);
    },

    whoAmI: async (_input, { principal: { name, role, by, until } }) => ({ name, role, by, until, demo }),

    async signOut(_input, { principal, request, reply }) {
      if (principal.sessionHash !== null) await endSession(await db(), principal.sessionHash);
      clearSessionCookie(request, reply);
      return { ok: true };
    },
  };
}

/** Anybody can cause these entries: at most so many a minute, for each user and network. */
const AUDIT_THROTTLE = { everyMs: 60_000, maxKeys: 50 };

const tooManyAttempts = (seconds: number) =>
  `Too many attempts. Wait ${seconds} s, then try again. ` +
  'If you do not get in: a one-time link of an admin, or of stagepost sign-in-link on the server, always works.';

const UNKNOWN_LINK =
  'This link was used before, or a newer one has replaced it. ' +
  'The first link is printed by stagepost serve when it starts without any user; later ones come from an admin.';

const EXPIRED_LINK =
  `This link has expired: a one-time link works for ${SETUP_LINK_TTL_MS / 86_400_000} days. ` +
  'Ask an admin for a new one. The link for the first admin is printed anew whenever stagepost serve starts.';

/** @throws HttpError 409 where there is an admin by now */
async function addFirstAdmin(trx: Db, name: string, passwordHash: string, now: number): Promise<User> {
  const isFirst = !(await hasUsers(trx));
  const user = isFirst ? await addUser(trx, { name, role: 'admin', passwordHash }, now) : null;
  if (!user) throw new HttpError(409, 'There is an admin already. Sign in, or ask them for a link.');
  return user;
}

/** @throws HttpError 403 where the user was removed in the meantime */
async function changePassword(trx: Db, userId: number, passwordHash: string): Promise<User> {
  await setPassword(trx, userId, passwordHash);
  const user = await userById(trx, userId);
  if (!user) throw new HttpError(403, UNKNOWN_LINK);
  return user;
}
