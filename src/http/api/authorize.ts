import type { FastifyRequest } from 'fastify';
import { type Authenticate, hasRole, type Principal } from '../auth/authenticate.ts';
import { crossSiteReason } from '../auth/same-origin.ts';
import { HttpError } from '../http-error.ts';
import type { Route } from './route.ts';

/**
 * Checks that a request has the route's role and, with a session cookie, comes from the console itself.
 * @throws HttpError 401 or 403
 */
export async function authorize(
  request: FastifyRequest,
  route: Pick<Route, 'method' | 'role'>,
  authenticate: Authenticate,
): Promise<Principal> {
  const principal = await authenticate(request);
  if (!principal) throw new HttpError(401, 'Sign in first, or send a token.');
  if (principal.by === 'session' && route.method !== 'GET') refuseCrossSite(request, true);
  if (route.role !== 'anyone' && !hasRole(principal, route.role))
    throw new HttpError(
      403,
      `This needs the role "${route.role}"; ${principal.name} has "${principal.role}".`,
    );
  return principal;
}

/**
 * @param hasSession whether the request carries a session cookie: then a browser sent it, and it must have an Origin.
 * @throws HttpError 403 where another site may have made the browser send the request.
 */
export function refuseCrossSite(request: FastifyRequest, hasSession: boolean): void {
  const reason = crossSiteReason(request, hasSession);
  if (reason !== null) throw new HttpError(403, reason);
}
