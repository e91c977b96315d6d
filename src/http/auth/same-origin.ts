import type { FastifyRequest } from 'fastify';

/**
 * Whether a request that changes something comes from the console itself, and not from a page of another site that
 * is open in the same browser. Three things must hold, none of which a foreign page can have: the header (a foreign page
 * would need a CORS permission to send it), the Origin, and the cookie, which is SameSite=Strict.
 * @param hasSession the request carries a session cookie: then a browser sent it, and it must have an Origin.
 * @returns the reason to refuse the request, for a person; null where it may pass.
 */
export function crossSiteReason(request: FastifyRequest, hasSession: boolean): string | null {
  if (request.headers['x-stagepost'] !== 'console')
    return 'The header "x-stagepost: console" is missing: the console sends it.';
  const { origin } = request.headers;
  if (origin === undefined) return hasSession ? 'The header "origin" is missing: a browser sends it.' : null;
  // The scheme is not compared: behind a proxy that is not trusted, TLS cannot be seen here.
  if (URL.canParse(origin) && new URL(origin).host === request.host) return null;
  return (
    'This came from another address than Stagepost’s own. ' +
    'If it is the console behind a proxy: the proxy must pass on the Host header.'
  );
}
