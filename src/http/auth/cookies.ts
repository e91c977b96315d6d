import type { FastifyReply, FastifyRequest } from 'fastify';

/** A sibling host can set cookies for ours, but none whose name begins with this (RFC 6265bis). Needs `Secure`. */
const HOST_PREFIX = '__Host-';
/** As many values of one name are read: a sibling host could set any number. */
const MAX_VALUES = 5;

export interface CookieToSet {
  name: string;
  value: string;
  /** How long the browser keeps it, ms. */
  maxAgeMs: number;
  /** `lax`: other sites that lead the browser here send it, too. Default: they do not. */
  sameSite?: 'lax';
}

/** Scripts cannot read these cookies, and requests that other sites make do not have them. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, cookie: CookieToSet): void {
  const secure = request.isOverTls;
  reply.setCookie(`${secure ? HOST_PREFIX : ''}${cookie.name}`, cookie.value, {
    ...{ path: '/', httpOnly: true, sameSite: cookie.sameSite ?? 'strict', secure },
    maxAge: Math.floor(cookie.maxAgeMs / 1000),
  });
}

/** Removes the cookie under both of its names. */
export function removeCookie(request: FastifyRequest, reply: FastifyReply, name: string): void {
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', maxAge: 0 } as const;
  if (request.isOverTls) reply.setCookie(`${HOST_PREFIX}${name}`, '', { ...attributes, secure: true });
  reply.setCookie(name, '', { ...attributes, secure: false });
}

/**
 * The values of a cookie in a request, at most five. Several come where a sibling host has set a cookie of the same name,
 * so each must be tried. Over TLS only the name with `__Host-` counts, which no other host can set.
 */
export function cookieValues(request: Pick<FastifyRequest, 'headers' | 'isOverTls'>, name: string): string[] {
  const header = request.headers.cookie ?? '';
  const pairs = header.split(';').map((pair) => pair.trim().split('='));
  const valuesOf = (wanted: string) =>
    pairs.filter(([key]) => key === wanted).map(([, ...value]) => value.join('=').replace(/^"(.*)"$/, '$1'));
  const guarded = valuesOf(`${HOST_PREFIX}${name}`);
  const values = guarded.length > 0 || request.isOverTls ? guarded : valuesOf(name);
  return values.slice(0, MAX_VALUES);
}
