import type { Db } from '../../../store/database/database.ts';
import { addSetupLink } from '../../../store/users/setup-links.ts';
import { addToken, listTokens, removeToken, type Token } from '../../../store/users/tokens.ts';
import { addUser, listUsers, removeUser, setRole, type User, userById } from '../../../store/users/users.ts';
import { TOKEN_PREFIX } from '../../auth/authenticate.ts';
import { hashOf, newSecret } from '../../auth/secrets-at-rest.ts';
import type { Token as ShownToken, User as ShownUser } from '../contract.ts';
import { type Handlers, HttpError } from '../routes.ts';
import type { Audit } from './audit.ts';

type Users = Pick<
  Handlers,
  'users' | 'addUser' | 'changeUser' | 'linkForUser' | 'removeUser' | 'tokens' | 'addToken' | 'removeToken'
>;

/** Who may sign in, and with which tokens scripts ask. */
export function userHandlers(db: () => Promise<Db>, now: () => number, audit: Audit): Users {
  /** @throws Refusal 404 */
  async function known(store: Db, id: number): Promise<User> {
    const user = await userById(store, id);
    if (!user) throw new HttpError(404, 'There is no such user.');
    return user;
  }

  return {
    users: async () => ({ users: (await listUsers(await db())).map(shown) }),

    async addUser({ body }, context) {
      const store = await db();
      const user = await addUser(store, body, now());
      if (!user) throw new HttpError(409, 'There is a user of this name already.');
      await audit(context, 'user_added', `${user.name} as ${user.role}`);
      return { user: shown(user), link: await newSetupLink(store, user.id, now()) };
    },

    async changeUser({ params: { id }, body: { role } }, context) {
      const store = await db();
      const before = await known(store, id);
      const user = await setRole(store, id, role);
      if (!user) throw new HttpError(409, LAST_ADMIN);
      await audit(context, 'role_changed', `${user.name} from ${before.role} to ${role}`);
      return shown(user);
    },

    async linkForUser({ params: { id } }, context) {
      const store = await db();
      const user = await known(store, id);
      const link = await newSetupLink(store, id, now());
      await audit(context, 'link_made', `for ${user.name}`);
      return { user: shown(user), link };
    },

    async removeUser({ params: { id } }, context) {
      const store = await db();
      const user = await known(store, id);
      if (!(await removeUser(store, id))) throw new HttpError(409, LAST_ADMIN);
      await audit(context, 'user_removed', user.name);
      return { ok: true };
    },

    tokens: async () => ({ tokens: (await listTokens(await db())).map(shownToken) }),

    async addToken({ body }, context) {
      const secret = `${TOKEN_PREFIX}${newSecret()}`;
      const begins = secret.slice(0, TOKEN_PREFIX.length + 4);
      const createdBy = context.who!.name;
      const token = await addToken(await db(), { ...body, hash: hashOf(secret), begins, createdBy }, now());
      await audit(context, 'token_added', `${token.name} (${begins}…) as ${token.role}`);
      return { token: shownToken(token), secret };
    },

    async removeToken({ params: { id } }, context) {
      const name = await removeToken(await db(), id);
      if (name === null) throw new HttpError(404, 'There is no such token.');
      await audit(context, 'token_removed', name);
      return { ok: true };
    },
  };
}

const LAST_ADMIN = 'Somebody must be able to manage users: make another one an admin first.';

/** A new one-time link, as a path. @param userId null: it makes the first admin. */
export async function newSetupLink(db: Db, userId: number | null, now: number): Promise<string> {
  const secret = newSecret();
  await addSetupLink(db, hashOf(secret), userId, now);
  return `/setup#${secret}`;
}

function shown({ id, name, role, created_at, last_seen_at, password_hash }: User): ShownUser {
  const hasPassword = password_hash !== null;
  return { id, name, role, createdAt: created_at, lastSeenAt: last_seen_at, hasPassword };
}

function shownToken({ id, name, role, begins, created_at, created_by, last_used_at }: Token): ShownToken {
  const times = { createdAt: created_at, lastUsedAt: last_used_at };
  return { id, name, role, begins, createdBy: created_by, ...times };
}
