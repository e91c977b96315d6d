import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'stagepost_session';

/** The session in the request's cookie, or null. */
export function readCookie(header: string | undefined): string | null {
  const match = new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]{43})(?:;|$)`).exec(header ?? '');
  return match?.[1] ?? null;
}

/** Sets the cookie, or ends it. Over TLS it never goes anywhere else. @param ageMs how long it lives unused. */
export function writeCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string | null,
  ageMs: number,
): void {
  const parts = [
    `${NAME}=${secret ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${secret === null ? 0 : Math.floor(ageMs / 1000)}`,
    ...(request.protocol === 'https' ? ['Secure'] : []),
  ];
  reply.header('set-cookie', parts.join('; '));
}
