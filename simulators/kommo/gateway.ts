import type { FaultPlan, RequestFault } from '../common/faults.ts';
import type { Account } from './account.ts';
import { json } from './api/call.ts';
import { answerCall, countItems, notFound } from './api/index.ts';
import { nginx, problem, problemText, type Reply, tooMany } from './hal.ts';
import type { OAuth } from './oauth.ts';
import { parseQuery } from './query.ts';
import type { RateLimiter } from './rate-limit.ts';
import { shownQuery } from './request-log.ts';
import type { Outcome, Request } from './server.ts';
import type { RequestLogEntry } from './types.ts';
import type { Webhooks } from './webhooks/index.ts';

export interface GatewayParts {
  account: Account;
  webhooks: Webhooks;
  oauth: OAuth;
  limiter: RateLimiter;
  faults: FaultPlan;
  /** Origin of the simulator; known only once it listens. */
  base(): string;
  /** Whether the long-lived token is in force. */
  tokenIsGood(): boolean;
  log(entry: RequestLogEntry): void;
  blocked(): void;
}

const tokenPath = '/oauth2/access_token';

/** The whole way of a request: block, limit, token, route, faults, log. */
export function createGateway(parts: GatewayParts) {
  const { account, faults, limiter, oauth } = parts;
  const { settings } = account;

  const limited = (arrived: number): Reply | null => {
    const before = limiter.blocked;
    const verdict = limiter.take(arrived);
    if (limiter.blocked && !before) parts.blocked();
    if (verdict === 'ok') return null;
    // A blocked caller gets nginx's page for everything (Kommo docs).
    if (verdict === 'blocked') return nginx(403);
    return settings.switches.tooManyRequestsBody === 'html' ? nginx(429) : tooMany();
  };

  const isAuthorised = (authorization: string): boolean => {
    const token = /^Bearer\s+(.+)$/i.exec(authorization)?.[1] ?? '';
    return (token === settings.token && parts.tokenIsGood()) || oauth.accepts(token);
  };

  const route = ({ method, path, rawQuery, authorization, text }: Request): Reply => {
    const base = parts.base();
    if (path === tokenPath)
      return method === 'POST' ? oauth.exchange(json(text)) : problem(405, 'Method Not Allowed');
    if (!path.startsWith('/api/v4/')) return notFound({ method, base, path });
    if (!isAuthorised(authorization)) return problem(401, 'Invalid user name or password');
    // Accounts without the right to filter get the unfiltered list of entities (public issue threads).
    const gated = settings.switches.ignoreFilters && /^\/api\/v4\/(leads|contacts|companies)\/?$/.test(path);
    const user = account.tokenUser;
    const by = settings.switches.ownWriteUser === 'robot' ? 0 : user.id;
    const query = parseQuery(rawQuery, gated ? ['filter'] : []);
    return answerCall({
      account,
      webhooks: parts.webhooks,
      method,
      base,
      path,
      query,
      rawQuery,
      text,
      user,
      by,
    });
  };

  /** A mistake of ours must not hang the caller. */
  const safely = (request: Request): Reply => {
    try {
      return route(request);
    } catch (error) {
      console.error('The Kommo simulator failed:', error);
      return { status: 500, ...problemText(500) };
    }
  };

  const shown = (fault: RequestFault | null, reply: () => Reply): Outcome => {
    if (!fault || fault.outcome.kind === 'none') return reply();
    if (fault.applied) reply();
    if (fault.outcome.kind !== 'reply') return fault.outcome.kind;
    const { status, headers, body } = fault.outcome;
    return { status, type: headers['content-type'] ?? 'text/plain', body, headers };
  };

  return async (request: Request, arrived: number): Promise<Outcome> => {
    const date = settings.now();
    const { method, path, rawQuery, text } = request;
    const refused = limited(arrived);
    const fault = refused ? null : faults.request({ method, path });
    if (fault && fault.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    const outcome = refused ?? shown(fault, () => safely(request));
    const items = method === 'GET' ? undefined : countItems(text);
    const status = typeof outcome === 'string' ? null : outcome.status;
    const query = rawQuery === '' ? '' : shownQuery(rawQuery);
    parts.log({ at: arrived, date, method, path, query, status, ...(items === undefined ? {} : { items }) });
    return outcome;
  };
}
