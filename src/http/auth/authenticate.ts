import type { FastifyRequest } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { sessionOf, touchSession } from '../../store/users/sessions.ts';
import { tokenOf, touchToken } from '../../store/users/tokens.ts';
import type { Role } from '../../store/users/users.ts';
import { sameSecret } from '../secrets.ts';
import { hashOf } from './secrets-at-rest.ts';
import { SESSION } from './session.ts';
import { readSessionCookies } from './session-cookie.ts';

/** Who sent a request, and how they have proved it. */
export interface Principal {
  /** `folder`: by the token in the data folder's lock file. */
  by: 'folder' | 'token' | 'session';
  name: string;
  role: Role;
  /** The connections that the role is limited to; null: all of them. */
  connections: readonly string[] | null;
  /** Null for tokens. */
  userId: number | null;
  /** The hash that the session is stored under; null for tokens. */
  sessionHash: string | null;
  /** When the session ends unless it is used, ms; null for tokens. */
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
    const token = await tokenOf(store, hashOf(secret));
    if (!token) return null;
    if (now() - (token.last_used_at ?? 0) > TOUCH_EVERY_MS) await touchToken(store, token.id, now());
    return {
      by: 'token',
      name: `token ${token.name}`,
      role: token.role,
      connections: null,
      userId: null,
      sessionHash: null,
      until: null,
    };
  }

  async function bySession(store: Db, secret: string): Promise<Principal | null> {
    const hash = hashOf(secret);
    const limits = { usedAfter: now() - SESSION.idleMs, begunAfter: now() - SESSION.maxMs };
    const session = await sessionOf(store, hash, limits);
    if (!session) return null;
    const { userId, name, role, createdAt, seenAt } = session;
    if (now() - seenAt > TOUCH_EVERY_MS) await touchSession(store, hash, userId, now());
    const until = Math.min(now() + SESSION.idleMs, createdAt + SESSION.maxMs);
    return { by: 'session', name, role, connections: null, userId, sessionHash: hash, until };
  }
}

const FOLDER: Principal = {
  by: 'folder',
  name: 'the commands',
  role: 'admin',
  connections: null,
  userId: null,
  sessionHash: null,
  until: null,
};

const RANKS: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

export function hasRole(principal: Principal, needed: Role): boolean {
  return RANKS[principal.role] >= RANKS[needed];
}
