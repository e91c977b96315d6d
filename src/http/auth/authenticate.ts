import type { FastifyRequest } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { type Access, accessToAll, includesRole, type Role } from '../../store/users/access.ts';
import { type Actor, COMMANDS } from '../../store/users/actor.ts';
import { sessionOf, touchSession } from '../../store/users/sessions.ts';
import { tokenOf, touchToken } from '../../store/users/tokens.ts';
import { sameSecret } from '../secrets.ts';
import { hashOf } from './secrets-at-rest.ts';
import { SESSION } from './session.ts';
import { readSessionCookies } from './session-cookie.ts';

/** Who sent a request, how they have proved it, and what they may do. */
export interface Principal extends Access {
  /** `folder`: by the token in the data folder's lock file. */
  by: 'folder' | 'token' | 'session';
  name: string;
  /** The id of the user or token; null for the folder's token. */
  id: number | null;
  /** The signed-in user, or the one who made the token; null where there is none. */
  userId: number | null;
  /** Whether users and tokens may be changed, as far as the role allows it. A token may only if it was made for that. */
  managesPeople: boolean;
  /** The hash that the session is stored under; null for tokens. */
  sessionHash: string | null;
  /** When the session ends unless it is used, or the token expires, ms; null: never. */
  until: number | null;
}

/** @returns null where the request carries nothing, or nothing valid. */
export type Authenticate = (
  request: Pick<FastifyRequest, 'headers' | 'isOverTls'>,
) => Promise<Principal | null>;

/** How often the last use of a session or token is stored, in ms: a write for each request would cost too much. */
const TOUCH_EVERY_MS = 10 * 60_000;
/** Every token for scripts starts with this. */
export const TOKEN_PREFIX = 'sp_';

export interface AuthenticateOptions {
  /** The token of the data folder's lock file. */
  folderToken: string;
  /** Null where only the folder's token counts. */
  db: (() => Promise<Db>) | null;
  now(): number;
}

/**
 * Where a request has an authorization header, its cookie does not count. Sessions are rows of our own: better-auth would
 * bring its own tables, and with iron-session a session could not be revoked.
 */
export function createAuthenticate({ folderToken, db, now }: AuthenticateOptions): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
      if (sameSecret(token, folderToken)) return FOLDER;
      return db && token.startsWith(TOKEN_PREFIX) ? byToken(await db(), token) : null;
    }
    if (!db) return null;
    // A sibling host can add a cookie of the same name, which must not hide the right one.
    for (const secret of readSessionCookies(request)) {
      const principal = await bySession(await db(), secret);
      if (principal) return principal;
    }
    return null;
  };

  async function byToken(store: Db, secret: string): Promise<Principal | null> {
    const token = await tokenOf(store, hashOf(secret), now());
    if (!token) return null;
    if (now() - (token.last_used_at ?? 0) > TOUCH_EVERY_MS) await touchToken(store, token.id, now());
    return {
      by: 'token',
      name: `token ${token.name}`,
      id: token.id,
      userId: token.user_id,
      ...token.access,
      managesPeople: token.manages_people,
      sessionHash: null,
      until: token.expires_at,
    };
  }

  async function bySession(store: Db, secret: string): Promise<Principal | null> {
    const hash = hashOf(secret);
    const limits = { usedAfter: now() - SESSION.idleMs, begunAfter: now() - SESSION.maxMs };
    const session = await sessionOf(store, hash, limits);
    if (!session) return null;
    const { userId, name, role, roles, createdAt, seenAt } = session;
    if (now() - seenAt > TOUCH_EVERY_MS) await touchSession(store, hash, userId, now());
    const until = Math.min(now() + SESSION.idleMs, createdAt + SESSION.maxMs);
    const user = { id: userId, userId, name, role, roles, managesPeople: true };
    return { by: 'session', ...user, sessionHash: hash, until };
  }
}

const FOLDER: Principal = {
  by: 'folder',
  name: COMMANDS.name,
  id: null,
  userId: null,
  ...accessToAll('admin'),
  managesPeople: true,
  sessionHash: null,
  until: null,
};

/** Whether somebody has the role anywhere; `ConnectionScope` says where. */
export function hasRole(principal: Principal, needed: Role): boolean {
  return includesRole(principal.role, needed);
}

/** Who acts by a request, for the audit log. */
export function actorOf(principal: Principal | null, { ip }: Pick<FastifyRequest, 'ip'>): Actor {
  if (!principal) return { kind: 'nobody', id: null, name: 'nobody', address: ip };
  const { by, id, name } = principal;
  return { kind: by === 'session' ? 'user' : by, id, name, address: ip };
}
