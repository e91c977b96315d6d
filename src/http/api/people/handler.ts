import { visibleText } from '../../../lib/display-names.ts';
import type { Db } from '../../../store/database/database.ts';
import { type Access, includesRole, isWithin } from '../../../store/users/access.ts';
import { shownActorName } from '../../../store/users/actor.ts';
import { type AuditEntry, listAudit } from '../../../store/users/audit.ts';
import { endLinks, openLinks } from '../../../store/users/setup-links.ts';
import {
  accessOf,
  addToken,
  listTokens,
  removeToken,
  type Token,
  tokenById,
} from '../../../store/users/tokens.ts';
import {
  addUser,
  listUsers,
  removeUser,
  setAccess,
  type User,
  userById,
} from '../../../store/users/users.ts';
import { type Principal, TOKEN_PREFIX } from '../../auth/authenticate.ts';
import { hashOf, newSecret } from '../../auth/secrets-at-rest.ts';
import { newSetupLink } from '../../auth/setup-link.ts';
import { HttpError } from '../../http-error.ts';
import type { Context, Handlers } from '../routes.ts';
import type { AuditEntry as ShownEntry, Token as ShownToken, User as ShownUser } from './contract.ts';

type Users = Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'linkForUser' | 'endLink' | 'removeUser'>;
type Tokens = Pick<Handlers, 'tokens' | 'addToken' | 'removeToken'>;

export interface PeopleOptions {
  db(): Promise<Db>;
  now(): number;
}

/**
 * Manages users. An admin who is limited to connections manages only those whose own limit is within theirs; others do
 * not exist for them.
 */
export function userHandlers({ db, now }: PeopleOptions): Users {
  const author = ({ actor }: Context) => ({ actor, at: now() });
  const inTransaction = async <T>(work: (trx: Db) => Promise<T>) => (await db()).transaction().execute(work);
  const shown = async (store: Db, user: User) => shownUser(user, await openLinks(store, now()));

  return {
    async users(_input, { principal }) {
      const store = await db();
      const links = await openLinks(store, now());
      const visible = (await listUsers(store)).filter((user) => isManagedBy(user, principal));
      return { users: visible.map((user) => shownUser(user, links)) };
    },

    addUser: async ({ body }, context) =>
      inTransaction(async (trx) => {
        refuseWider(body, context.principal);
        const user = await addUser(trx, body, author(context));
        if (!user)
          throw new HttpError(409, 'A user of this name, or of one that looks like it, exists already.');
        const link = await newSetupLink(trx, user, author(context));
        return { user: await shown(trx, user), link };
      }),

    changeUser: async ({ params: { id }, body }, context) =>
      inTransaction(async (trx) => {
        const { role, connections } = await managedUser(trx, id, context.principal);
        const access = {
          role: body.role ?? role,
          connections: body.connections === undefined ? connections : body.connections,
        };
        refuseWider(access, context.principal);
        const user = await setAccess(trx, id, access, author(context));
        if (!user) throw new HttpError(409, LAST_ADMIN);
        return shown(trx, user);
      }),

    linkForUser: async ({ params: { id } }, context) =>
      inTransaction(async (trx) => {
        const user = await managedUser(trx, id, context.principal);
        const link = await newSetupLink(trx, user, author(context));
        return { user: await shown(trx, user), link };
      }),

    endLink: async ({ params: { id } }, context) =>
      inTransaction(async (trx) => {
        const user = await managedUser(trx, id, context.principal);
        const wasOpen = await endLinks(trx, user, 'taken back', author(context));
        if (!wasOpen) throw new HttpError(404, 'There is no open link for this user.');
        return shown(trx, user);
      }),

    removeUser: async ({ params: { id } }, context) =>
      inTransaction(async (trx) => {
        await managedUser(trx, id, context.principal);
        if (!(await removeUser(trx, id, author(context)))) throw new HttpError(409, LAST_ADMIN);
        return { ok: true as const };
      }),
  };
}

const DAY_MS = 86_400_000;

/** Manages the tokens for scripts. */
export function tokenHandlers({ db, now }: PeopleOptions): Tokens {
  return {
    async tokens(_input, { principal }) {
      const visible = (await listTokens(await db())).filter((token) =>
        isManagedBy(accessOf(token), principal),
      );
      return { tokens: visible.map(shownToken) };
    },

    async addToken({ body: { expiresInDays, ...body } }, { principal, actor }) {
      refuseWider(body, principal);
      const secret = `${TOKEN_PREFIX}${newSecret()}`;
      const token = await addToken(
        await db(),
        {
          ...body,
          hash: hashOf(secret),
          begins: secret.slice(0, TOKEN_PREFIX.length + 4),
          expiresAt: expiresInDays === null ? null : now() + expiresInDays * DAY_MS,
          userId: principal.userId,
        },
        { actor, at: now() },
      );
      return { token: shownToken(token), secret };
    },

    removeToken: async ({ params: { id } }, { principal, actor }) =>
      (await db()).transaction().execute(async (trx) => {
        const token = await tokenById(trx, id);
        const isVisible = token !== null && isManagedBy(accessOf(token), principal);
        if (!isVisible || !(await removeToken(trx, id, { actor, at: now() })))
          throw new HttpError(404, 'There is no such token.');
        return { ok: true as const };
      }),
  };
}

const AUDIT_PAGE = 100;

/** The audit log. An admin who is limited to connections reads what is about these, and what they did themselves. */
export function auditHandlers({ db }: Pick<PeopleOptions, 'db'>): Pick<Handlers, 'audit'> {
  return {
    audit: async ({ query: { before = Number.MAX_SAFE_INTEGER } }, { principal }) => {
      const { connections, userId } = principal;
      const entries = await listAudit(await db(), before, AUDIT_PAGE, { connections, userId });
      const next = entries.length < AUDIT_PAGE ? null : entries.at(-1)!.id;
      return { entries: entries.map(shownEntry), next };
    },
  };
}

const LAST_ADMIN =
  'This is the only admin of all connections who can sign in. Make another user an admin of all connections first.';

function isManagedBy({ connections }: Pick<Access, 'connections'>, principal: Principal): boolean {
  return isWithin(connections, principal.connections);
}

/** @throws HttpError 403 where somebody would give away more than they have */
function refuseWider(access: Access, principal: Principal): void {
  if (isManagedBy(access, principal) && includesRole(principal.role, access.role)) return;
  throw new HttpError(
    403,
    `${principal.name} can give access to these connections at most: ${principal.connections?.join(', ')}.`,
  );
}

/** @throws HttpError 404 where there is no such user among those whom the principal manages */
async function managedUser(db: Db, id: number, principal: Principal): Promise<User> {
  const user = await userById(db, id);
  if (!user || !isManagedBy(user, principal)) throw new HttpError(404, 'There is no such user.');
  return user;
}

function shownUser(user: User, links: Map<number, { expiresAt: number }>): ShownUser {
  const { id, name, role, connections, created_at, last_seen_at, password_hash } = user;
  return {
    id,
    name: visibleText(name),
    role,
    connections: connections && [...connections],
    createdAt: created_at,
    lastSeenAt: last_seen_at,
    hasPassword: password_hash !== null,
    link: links.get(id) ?? null,
  };
}

function shownToken(token: Token): ShownToken {
  const { role, connections } = accessOf(token);
  const isByCommands = token.created_by === 'the commands';
  return {
    id: token.id,
    name: visibleText(token.name),
    role,
    connections: connections && [...connections],
    begins: token.begins,
    createdAt: token.created_at,
    createdBy: visibleText(token.maker_name ?? token.created_by),
    maker: token.user_id !== null ? 'user' : isByCommands ? 'commands' : 'unknown',
    lastUsedAt: token.last_used_at,
    expiresAt: token.expires_at,
    managesPeople: token.manages_people && role === 'admin',
  };
}

function shownEntry({ who, kind, detail, ...entry }: AuditEntry): ShownEntry {
  return {
    ...entry,
    who: shownActorName(who, kind),
    kind: kind as ShownEntry['kind'],
    detail: visibleText(detail),
  };
}
