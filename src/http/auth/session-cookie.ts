import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieValues, removeCookie, setCookie } from './cookies.ts';

const NAME = 'stagepost_session';
/** 32 random bytes in base64url: anything else in the cookie was not set by Stagepost. */
const SECRET = /^[\w-]{43}$/;

/** The secrets of sessions in the request's cookies, at most five. */
export function readSessionCookies(request: Pick<FastifyRequest, 'headers' | 'isOverTls'>): string[] {
  return cookieValues(request, NAME).filter((value) => SECRET.test(value));
}

/** @param maxAgeMs how long the browser keeps the cookie */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  maxAgeMs: number,
): void {
  setCookie(request, reply, { name: NAME, value: secret, maxAgeMs });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  removeCookie(request, reply, NAME);
}
