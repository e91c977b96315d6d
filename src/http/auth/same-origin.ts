import type { FastifyRequest } from 'fastify';

/**
 * Whether a request that changes something comes from the console itself, and not from another page that the
 * person has open. Three things must hold, each of which a foreign page cannot have: the header (a foreign page would
 * need our leave to send it), the Origin, and the cookie, which is SameSite=Strict.
 * @param isBrowser a session cookie came with it: then there must be an Origin.
 * @returns what is wrong, in words, or null.
 */
export function crossSite(request: FastifyRequest, isBrowser: boolean): string | null {
  if (request.headers['x-stagepost'] !== 'console')
    return 'The header "x-stagepost: console" is missing: the console sends it.';
  const { origin } = request.headers;
  if (origin === undefined) return isBrowser ? 'The header "origin" is missing: a browser sends it.' : null;
  // The scheme is left out: behind a proxy that is not trusted, TLS cannot be seen here.
  if (URL.canParse(origin) && new URL(origin).host === request.host) return null;
  return (
    'This came from another address than Stagepost’s own. ' +
    'If it is the console behind a proxy: the proxy must pass on the Host header.'
  );
}
