import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'stagepost_session';
/** 32 random bytes in base64url: anything else in the cookie was not set by Stagepost. */
const SECRET = /^[\w-]{43}$/;

/** The session's secret in the request's cookie, or null. Needs the plugin @fastify/cookie. */
export function readSessionCookie({ cookies }: Pick<FastifyRequest, 'cookies'>): string | null {
  const secret = cookies[NAME];
  return secret !== undefined && SECRET.test(secret) ? secret : null;
}

/** @param maxAgeMs how long the browser keeps the cookie */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  maxAgeMs: number,
): void {
  reply.setCookie(NAME, secret, { ...attributes(request), maxAge: Math.floor(maxAgeMs / 1000) });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.setCookie(NAME, '', { ...attributes(request), maxAge: 0 });
}

/** The cookie is `Secure` where the request came over TLS; without TLS a browser would refuse to keep such a cookie. */
function attributes(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}
