import type { FastifyRequest } from 'fastify';
import { hasRole, type Principal } from '../auth/authenticate.ts';
import { crossSiteReason } from '../auth/same-origin.ts';
import { HttpError } from '../http-error.ts';
import type { Route } from './route.ts';

/**
 * Checks that a principal has the route's role for any connection and, with a session cookie, that the request comes from the console itself.
 * @param principal null where the request proves nobody
 * @throws HttpError 401 or 403
 */
export function authorize(
  request: FastifyRequest,
  route: Pick<Route, 'method' | 'role' | 'scope' | 'managesPeople'>,
  principal: Principal | null,
): asserts principal is Principal {
  if (!principal) throw new HttpError(401, 'Sign in first, or send a token.');
  if (principal.by === 'session' && route.method !== 'GET') refuseCrossSite(request, true);
  if (route.role !== 'anyone' && !hasRole(principal, route.role))
    throw new HttpError(
      403,
      `This needs the role "${route.role}"; ${principal.name} has "${principal.role}".`,
    );
  if (route.scope === 'all' && principal.roles !== null)
    throw new HttpError(403, `${principal.name} may only see some connections, and this concerns all.`);
  if (route.managesPeople && !principal.managesPeople)
    throw new HttpError(
      403,
      `${principal.name} may not change users or tokens. A token may only if it was made for that: make another one.`,
    );
}

/**
 * @param hasSession whether the request carries a session cookie: then a browser sent it, and it must have an Origin.
 * @throws HttpError 403 where another site may have made the browser send the request.
 */
export function refuseCrossSite(request: FastifyRequest, hasSession: boolean): void {
  const reason = crossSiteReason(request, hasSession);
  if (reason !== null) throw new HttpError(403, reason);
}
