import { visibleText } from '../../../lib/display-names.ts';
import type { Db } from '../../../store/database/database.ts';
import {
  type Access,
  accessText,
  connectionsWith,
  includesAccess,
  isAdminOf,
} from '../../../store/users/access.ts';
import { shownActorName } from '../../../store/users/actor.ts';
import { type AuditEntry, listAudit } from '../../../store/users/audit.ts';
import { endLinks, openLinks } from '../../../store/users/setup-links.ts';
import { addToken, listTokens, removeToken, type Token, tokenById } from '../../../store/users/tokens.ts';
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
import { changedAccess, newAccess, shownAccess } from './access.ts';
import type { AuditEntry as ShownEntry, Token as ShownToken, User as ShownUser } from './contract.ts';

type Users = Pick<Handlers, 'users' | 'addUser' | 'changeUser' | 'linkForUser' | 'endLink' | 'removeUser'>;
type Tokens = Pick<Handlers, 'tokens' | 'addToken' | 'removeToken'>;

export interface PeopleOptions {
  db(): Promise<Db>;
  now(): number;
}

/**
 * Manages users. Somebody who is an admin of some connections manages only those whose connections are all among these;
 * others do not exist for them.
 */
export function userHandlers({ db, now }: PeopleOptions): Users {
  const author = ({ actor }: Context) => ({ actor, at: now() });
  const inTransaction = async <T>(work: (trx: Db) => Promise<T>) => (await db()).transaction().execute(work);
  const shown = async (store: Db, user: User) => shownUser(user, await openLinks(store, now()));

  return {
    async users(_input, { principal }) {
      const store = await db();
      const links = await openLinks(store, now());
      const visible = (await listUsers(store)).filter((user) => isAdminOf(principal, user));
      return { users: visible.map((user) => shownUser(user, links)) };
    },

    addUser: async ({ body }, context) =>
      inTransaction(async (trx) => {
        const access = newAccess(body);
        refuseWider(access, context.principal, isAdminOf);
        const user = await addUser(trx, { name: body.name, access }, author(context));
        if (!user)
          throw new HttpError(409, 'A user of this name, or of one that looks like it, exists already.');
        const link = await newSetupLink(trx, user, author(context));
        return { user: await shown(trx, user), link };
      }),

    changeUser: async ({ params: { id }, body }, context) =>
      inTransaction(async (trx) => {
        const access = changedAccess(await managedUser(trx, id, context.principal), body);
        refuseWider(access, context.principal, isAdminOf);
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

/** Manages the tokens for scripts: one's own, and those for connections that one is an admin of. */
export function tokenHandlers({ db, now }: PeopleOptions): Tokens {
  return {
    async tokens(_input, { principal }) {
      const visible = (await listTokens(await db())).filter((token) => isVisible(token, principal));
      return { tokens: visible.map(shownToken) };
    },

    async addToken({ body: { name, expiresInDays, managesPeople, ...body } }, { principal, actor }) {
      const access = newAccess(body);
      refuseWider(access, principal, includesAccess);
      const secret = `${TOKEN_PREFIX}${newSecret()}`;
      const token = await addToken(
        await db(),
        {
          ...{ name, access, managesPeople },
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
        if (!token || !isVisible(token, principal) || !(await removeToken(trx, id, { actor, at: now() })))
          throw new HttpError(404, 'There is no such token.');
        return { ok: true as const };
      }),
  };
}

const AUDIT_PAGE = 100;

/** The audit log. Somebody who is an admin of some connections reads what is about these, and what they did themselves. */
export function auditHandlers({ db }: Pick<PeopleOptions, 'db'>): Pick<Handlers, 'audit'> {
  return {
    audit: async ({ query: { before = Number.MAX_SAFE_INTEGER } }, { principal }) => {
      const connections = connectionsWith(principal, 'admin');
      const { userId } = principal;
      const entries = await listAudit(await db(), before, AUDIT_PAGE, { connections, userId });
      const next = entries.length < AUDIT_PAGE ? null : entries.at(-1)!.id;
      return { entries: entries.map(shownEntry), next };
    },
  };
}

const LAST_ADMIN =
  'This is the only admin of all connections who can sign in. Make another user an admin of all connections first.';

function isVisible({ user_id, access }: Token, principal: Principal): boolean {
  return (user_id !== null && user_id === principal.userId) || isAdminOf(principal, access);
}

/** @throws HttpError 403 where somebody would give away more than they may */
function refuseWider(
  access: Access,
  principal: Principal,
  mayGive: (principal: Access, access: Access) => boolean,
): void {
  if (mayGive(principal, access)) return;
  throw new HttpError(
    403,
    `${principal.name} cannot give the access "${accessText(access)}", having "${accessText(principal)}".`,
  );
}

/** @throws HttpError 404 where there is no such user among those whom the principal manages */
async function managedUser(db: Db, id: number, principal: Principal): Promise<User> {
  const user = await userById(db, id);
  if (!user || !isAdminOf(principal, user)) throw new HttpError(404, 'There is no such user.');
  return user;
}

function shownUser(user: User, links: Map<number, { expiresAt: number }>): ShownUser {
  const { id, name, created_at, last_seen_at, password_hash } = user;
  return {
    id,
    name: visibleText(name),
    ...shownAccess(user),
    createdAt: created_at,
    lastSeenAt: last_seen_at,
    hasPassword: password_hash !== null,
    link: links.get(id) ?? null,
  };
}

function shownToken(token: Token): ShownToken {
  const isByCommands = token.created_by === 'the commands';
  return {
    id: token.id,
    name: visibleText(token.name),
    ...shownAccess(token.access),
    begins: token.begins,
    createdAt: token.created_at,
    createdBy: visibleText(token.maker_name ?? token.created_by),
    maker: token.user_id !== null ? 'user' : isByCommands ? 'commands' : 'unknown',
    lastUsedAt: token.last_used_at,
    expiresAt: token.expires_at,
    managesPeople: token.manages_people && token.access.role === 'admin',
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
