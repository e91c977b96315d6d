import type { Db } from '../../../store/database/database.ts';
import { listAudit } from '../../../store/users/audit.ts';
import { addToken, listTokens, removeToken, type Token } from '../../../store/users/tokens.ts';
import { addUser, listUsers, removeUser, setRole, type User, userById } from '../../../store/users/users.ts';
import { TOKEN_PREFIX } from '../../auth/authenticate.ts';
import { hashOf, newSecret } from '../../auth/secrets-at-rest.ts';
import { newSetupLink } from '../../auth/setup-link.ts';
import { HttpError } from '../../http-error.ts';
import type { WriteAudit } from '../audit-log.ts';
import type { Handlers } from '../routes.ts';
import type { Token as ShownToken, User as ShownUser } from './contract.ts';

type Users = Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'linkForUser' | 'removeUser'>;
type Tokens = Pick<Handlers, 'tokens' | 'addToken' | 'removeToken'>;

export interface PeopleOptions {
  db(): Promise<Db>;
  now(): number;
  writeAudit: WriteAudit;
}

/** Manages users. A change and its entry in the audit log are one transaction. */
export function userHandlers({ db, now, writeAudit }: PeopleOptions): Users {
  return {
    users: async () => ({ users: (await listUsers(await db())).map(shownUser) }),

    addUser: async ({ body }, context) =>
      (await db()).transaction().execute(async (trx) => {
        const user = await addUser(trx, body, now());
        if (!user) throw new HttpError(409, 'A user of this name exists already.');
        await writeAudit(trx, context, 'user_added', `${user.name} as ${user.role}`);
        return { user: shownUser(user), link: await newSetupLink(trx, user.id, now()) };
      }),

    changeUser: async ({ params: { id }, body: { role } }, context) =>
      (await db()).transaction().execute(async (trx) => {
        const before = await existingUser(trx, id);
        const user = await setRole(trx, id, role);
        if (!user) throw new HttpError(409, LAST_ADMIN);
        await writeAudit(trx, context, 'role_changed', `${user.name} from ${before.role} to ${role}`);
        return shownUser(user);
      }),

    linkForUser: async ({ params: { id } }, context) =>
      (await db()).transaction().execute(async (trx) => {
        const user = await existingUser(trx, id);
        const link = await newSetupLink(trx, id, now());
        await writeAudit(trx, context, 'link_made', `for ${user.name}`);
        return { user: shownUser(user), link };
      }),

    removeUser: async ({ params: { id } }, context) =>
      (await db()).transaction().execute(async (trx) => {
        const user = await existingUser(trx, id);
        if (!(await removeUser(trx, id))) throw new HttpError(409, LAST_ADMIN);
        await writeAudit(trx, context, 'user_removed', user.name);
        return { ok: true as const };
      }),
  };
}

/** Manages the tokens for scripts. */
export function tokenHandlers({ db, now, writeAudit }: PeopleOptions): Tokens {
  return {
    tokens: async () => ({ tokens: (await listTokens(await db())).map(shownToken) }),

    async addToken({ body }, context) {
      const secret = `${TOKEN_PREFIX}${newSecret()}`;
      const begins = secret.slice(0, TOKEN_PREFIX.length + 4);
      const added = { ...body, hash: hashOf(secret), begins, createdBy: context.principal.name };
      return (await db()).transaction().execute(async (trx) => {
        const token = await addToken(trx, added, now());
        await writeAudit(trx, context, 'token_added', `${token.name} (${begins}…) as ${token.role}`);
        return { token: shownToken(token), secret };
      });
    },

    removeToken: async ({ params: { id } }, context) =>
      (await db()).transaction().execute(async (trx) => {
        const name = await removeToken(trx, id);
        if (name === null) throw new HttpError(404, 'There is no such token.');
        await writeAudit(trx, context, 'token_removed', name);
        return { ok: true as const };
      }),
  };
}

const AUDIT_PAGE = 100;

export function auditHandlers({ db }: Pick<PeopleOptions, 'db'>): Pick<Handlers, 'audit'> {
  return {
    audit: async ({ query: { before = Number.MAX_SAFE_INTEGER } }) => {
      const entries = await listAudit(await db(), before, AUDIT_PAGE);
      return { entries, next: entries.length < AUDIT_PAGE ? null : entries.at(-1)!.id };
    },
  };
}

const LAST_ADMIN = 'This is the only admin who can sign in. Make another user an admin first.';

/** @throws HttpError 404 */
async function existingUser(db: Db, id: number): Promise<User> {
  const user = await userById(db, id);
  if (!user) throw new HttpError(404, 'There is no such user.');
  return user;
}

function shownUser({ id, name, role, created_at, last_seen_at, password_hash }: User): ShownUser {
  const hasPassword = password_hash !== null;
  return { id, name, role, createdAt: created_at, lastSeenAt: last_seen_at, hasPassword };
}

function shownToken({ id, name, role, begins, created_at, created_by, last_used_at }: Token): ShownToken {
  const times = { createdAt: created_at, lastUsedAt: last_used_at };
  return { id, name, role, begins, createdBy: created_by, ...times };
}
