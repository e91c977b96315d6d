import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieValues, setCookie } from './cookies.ts';
import { newSecret } from './secrets-at-rest.ts';

const NAME = 'stagepost_kommo';
/** 32 random bytes in base64url. */
const SECRET = /^[\w-]{43}$/;

/** The secret that binds a browser to the authorizations that it starts; null where it has none. It gives no access by itself. */
export function readAuthorizationCookie(
  request: Pick<FastifyRequest, 'headers' | 'isOverTls'>,
): string | null {
  return cookieValues(request, NAME).find((value) => SECRET.test(value)) ?? null;
}

/**
 * Gives the browser such a secret, or prolongs the one it has: several tabs may ask for access at once. The session's cookie
 * cannot serve, since browsers do not send it when Kommo leads back here.
 * @param maxAgeMs how long an authorization may take
 */
export function bindBrowser(request: FastifyRequest, reply: FastifyReply, maxAgeMs: number): string {
  const value = readAuthorizationCookie(request) ?? newSecret();
  setCookie(request, reply, { name: NAME, value, maxAgeMs, sameSite: 'lax' });
  return value;
}
