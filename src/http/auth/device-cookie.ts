import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../../store/users/users.ts';
import { cookieValues, setCookie } from './cookies.ts';

/*
 * A browser in which a user has signed in before proves that with a signed cookie, so that strangers who try passwords for
 * this user's name cannot keep the user out. It gives no access by itself.
 */

const NAME = 'stagepost_device';
/** Browsers keep no cookie for longer than 400 days (RFC 6265bis). */
const MAX_AGE_MS = 400 * 86_400_000;
/** `USER.DEVICE.SIGNATURE`: the user's id, 16 random bytes, and the signature, in base64url. */
const VALUE = /^(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/;

type Owner = Pick<User, 'id' | 'password_hash'>;

/** The id of the browser, where its cookie says that this user has signed in with it; else null. */
export function knownDevice(
  request: Pick<FastifyRequest, 'headers' | 'isOverTls'>,
  user: Owner,
): string | null {
  for (const value of cookieValues(request, NAME)) {
    const [, userId, device, signature] = VALUE.exec(value) ?? [];
    if (userId !== String(user.id) || !device || !signature) continue;
    const expected = user.password_hash === null ? null : signatureOf(user.id, user.password_hash, device);
    if (expected && timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return device;
  }
  return null;
}

/** Remembers the browser, in which this user has just proved who they are. A browser that is known stays the same one. */
export function rememberDevice(request: FastifyRequest, reply: FastifyReply, user: Owner): void {
  if (user.password_hash === null) return;
  const device = knownDevice(request, user) ?? randomBytes(16).toString('base64url');
  const value = `${user.id}.${device}.${signatureOf(user.id, user.password_hash, device)}`;
  setCookie(request, reply, { name: NAME, value, maxAgeMs: MAX_AGE_MS });
}

/**
 * The key is the stored password hash: it is secret, every process on the database has it, and with a new password all
 * browsers of the user become unknown.
 */
function signatureOf(userId: number, passwordHash: string, device: string): string {
  return createHmac('sha256', passwordHash)
    .update(`stagepost device ${userId} ${device}`)
    .digest('base64url');
}
