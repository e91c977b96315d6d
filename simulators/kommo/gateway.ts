import type { Exchange } from '../common/exchange.ts';
import type { FaultPlan, RequestFault } from '../common/faults.ts';
import type { Account } from './account.ts';
import { json } from './api/call.ts';
import { answerCall, countItems, missingPart, notFound } from './api/index.ts';
import type { Authorize } from './authorize.ts';
import { nginx, problem, problemText, type Reply, tooMany } from './hal.ts';
import type { User } from './model.ts';
import type { OAuth } from './oauth.ts';
import { parseQuery } from './query.ts';
import type { RateLimiter } from './rate-limit.ts';
import { shownQuery } from './request-log.ts';
import type { Answer, Outcome, Request } from './server.ts';
import type { Troubles } from './trouble.ts';
import type { RequestLogEntry } from './types.ts';
import type { Webhooks } from './webhooks/index.ts';

export interface GatewayParts {
  account: Account;
  webhooks: Webhooks;
  oauth: OAuth;
  authorize: Authorize;
  /** Where the account answers since it was renamed; null: everywhere. */
  renamedTo(): string | null;
  limiter: RateLimiter;
  faults: FaultPlan;
  troubles: Troubles;
  /** Origin of the simulator, for callers that send no Host; known only once it listens. */
  base(): string;
  /** Whether the long-lived token is in force. */
  tokenIsGood(): boolean;
  log(entry: RequestLogEntry, exchange: Exchange): void;
  blocked(): void;
}

const tokenPath = '/oauth2/access_token';
const subdomainPath = '/oauth2/account/current/subdomain';

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

  /** Null where the token is not good. */
  const userOf = (authorization: string): User | null => {
    const token = /^Bearer\s+(.+)$/i.exec(authorization)?.[1] ?? '';
    if (token === settings.token && parts.tokenIsGood()) return account.tokenUser;
    const userId = oauth.userOf(token);
    return userId === null ? null : (account.users.find(({ id }) => id === userId) ?? account.tokenUser);
  };

  // Links lead back the way the caller came, also from a container or through another name.
  const originFor = (host: string): string =>
    host === '' ? parts.base() : `${settings.tls ? 'https' : 'http'}://${host}`;

  const route = ({ method, path, rawQuery, authorization, refreshToken, host, text }: Request): Reply => {
    const base = originFor(host);
    const renamedTo = parts.renamedTo();
    if (path === subdomainPath && method === 'GET')
      return oauth.accountOf(refreshToken, renamedTo ?? new URL(base).host);
    if (renamedTo !== null && host !== renamedTo) return nginx(404);
    if (path === '/oauth' || path === '/oauth/') return parts.authorize.page(rawQuery);
    if (path === tokenPath)
      return method === 'POST' ? oauth.exchange(json(text)) : problem(405, 'Method Not Allowed');
    if (!path.startsWith('/api/v4/'))
      return missingPart({ method, path }) ?? notFound({ method, base, path });
    const user = userOf(authorization);
    if (user === null) return problem(401, 'Invalid user name or password');
    const trouble = parts.troubles.answer(path);
    if (trouble) return trouble;
    // Accounts without the right to filter get the unfiltered list of entities (public issue threads).
    const gated = settings.switches.ignoreFilters && /^\/api\/v4\/(leads|contacts|companies)\/?$/.test(path);
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

  /** The person in Kommo's window has pressed a button. */
  const answerWindow = async (rawQuery: string): Promise<Answer> => {
    const query = new URLSearchParams(rawQuery);
    const userId = Number(query.get('user_id') ?? account.tokenUser.id);
    const answer = { allow: query.get('answer') === 'allow', userId };
    for (const name of ['answer', 'user_id']) query.delete(name);
    const location = await parts.authorize.answer(query.toString(), answer);
    const failed = { status: 400, type: 'text/plain', body: 'The integration could not be connected.' };
    return location === null ? failed : { status: 302, type: 'text/plain', body: '', headers: { location } };
  };

  /** A mistake of ours must not hang the caller. */
  const safely = async (request: Request): Promise<Answer> => {
    try {
      if (request.path === '/oauth/answer') return await answerWindow(request.rawQuery);
      return route(request);
    } catch (error) {
      console.error('The Kommo simulator failed:', error);
      return { status: 500, ...problemText(500) };
    }
  };

  const shown = async (fault: RequestFault | null, reply: () => Promise<Answer>): Promise<Outcome> => {
    if (!fault || fault.outcome.kind === 'none') return reply();
    if (fault.applied) await reply();
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
    const outcome = refused ?? (await shown(fault, () => safely(request)));
    const items = method === 'GET' ? undefined : countItems(text);
    const status = typeof outcome === 'string' ? null : outcome.status;
    const query = rawQuery === '' ? '' : shownQuery(rawQuery);
    const answered = typeof outcome === 'string' ? null : outcome.body;
    const url = rawQuery === '' ? path : `${path}?${rawQuery}`;
    parts.log(
      { at: arrived, date, method, path, query, status, ...(items === undefined ? {} : { items }) },
      { url, sent: text, answered },
    );
    return outcome;
  };
}
