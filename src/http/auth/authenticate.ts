import type { FastifyRequest } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { sessionOf, touchSession } from '../../store/users/sessions.ts';
import { tokenOf, tokenUsed } from '../../store/users/tokens.ts';
import type { Role } from '../api/contract.ts';
import { sameSecret } from '../secrets.ts';
import { readCookie } from './cookie.ts';
import { hashOf } from './secrets-at-rest.ts';

/** Who asks, and how they have proved it. */
export interface Principal {
  by: 'folder' | 'token' | 'session';
  name: string;
  role: Role;
  /** Null for tokens. */
  userId: number | null;
  /** The hash that the session is stored under; null for tokens. */
  sessionHash: string | null;
  /** When the session ends unless it is used, ms; null for tokens. */
  until: number | null;
}

/** Unused for a week, or a month old: sign in again. */
export const SESSION = { idleMs: 7 * 86_400_000, mostMs: 30 * 86_400_000 };
/** Use is noted this often only: no write for each question. */
const NOTE_EVERY_MS = 10 * 60_000;
/** What a token for scripts begins with. */
export const TOKEN_PREFIX = 'sp_';

export interface AuthenticateOptions {
  /** The token of the data folder's lock file. */
  folderToken: string;
  /** Null where only the folder's token counts (tests of the doors). */
  db: (() => Promise<Db>) | null;
  now(): number;
}

/** @returns a function that says who asks, or null. With an authorization header the cookie does not count. */
export function createAuthenticate({ folderToken, db, now }: AuthenticateOptions) {
  return async (request: Pick<FastifyRequest, 'headers'>): Promise<Principal | null> => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const given = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
      if (sameSecret(given, folderToken)) return FOLDER;
      return db && given.startsWith(TOKEN_PREFIX) ? byToken(await db(), given) : null;
    }
    const secret = readCookie(cookie);
    return db && secret ? bySession(await db(), secret) : null;
  };

  async function byToken(store: Db, given: string): Promise<Principal | null> {
    const token = await tokenOf(store, hashOf(given));
    if (!token) return null;
    if (now() - (token.last_used_at ?? 0) > NOTE_EVERY_MS) await tokenUsed(store, token.id, now());
    return {
      by: 'token',
      name: `token ${token.name}`,
      role: token.role,
      userId: null,
      sessionHash: null,
      until: null,
    };
  }

  async function bySession(store: Db, secret: string): Promise<Principal | null> {
    const hash = hashOf(secret);
    const limits = { usedAfter: now() - SESSION.idleMs, begunAfter: now() - SESSION.mostMs };
    const session = await sessionOf(store, hash, limits);
    if (!session) return null;
    const { userId, name, role, createdAt, seenAt } = session;
    if (now() - seenAt > NOTE_EVERY_MS) await touchSession(store, hash, userId, now());
    const until = Math.min(now() + SESSION.idleMs, createdAt + SESSION.mostMs);
    return { by: 'session', name, role, userId, sessionHash: hash, until };
  }
}

const FOLDER: Principal = {
  by: 'folder',
  name: 'the commands',
  role: 'admin',
  userId: null,
  sessionHash: null,
  until: null,
};

const RANKS: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

export function hasRole(who: Principal, needed: Role): boolean {
  return RANKS[who.role] >= RANKS[needed];
}
