import { Agent, type Dispatcher } from 'undici';
import { boundedRequest } from '../lib/http-request.ts';
import { maskSecrets } from '../lib/mask-secrets.ts';
import { oneLine } from '../lib/one-line.ts';
import { asObject, asText, parseJson } from '../lib/unknown-json.ts';
import type { KommoHosts } from './hosts.ts';

/** An integration in Kommo, which somebody grants access to. */
export interface Integration {
  clientId: string;
  clientSecret: string;
  /** As it is registered in Kommo: the token endpoint compares it. */
  redirectUri: string;
}

/** A pair of tokens as Kommo has issued it. */
export interface TokenPair {
  access: string;
  refresh: string;
  /** How long the access token is good from now, ms. */
  accessMs: number;
}

export type TokenAnswer =
  | { kind: 'tokens'; pair: TokenPair }
  /** Kommo itself refuses: repeating it changes nothing. `status`: an account that was renamed gives 401 or 404. */
  | { kind: 'denied'; status: number; reason: string }
  /** No answer, or one that is not Kommo's word on the tokens. They may have been issued and lost on the way. */
  | { kind: 'unknown'; status: number | null; reason: string };

/** Kommo's endpoint for tokens, at the origin of an account. Never throws. */
export interface TokenEndpoint {
  exchange(origin: string, integration: Integration, code: string): Promise<TokenAnswer>;
  refresh(origin: string, integration: Integration, refreshToken: string): Promise<TokenAnswer>;
  /** The account's present origin by its refresh token; null where Kommo does not say. @param apiHost from the access token */
  findAccount(apiHost: string, refreshToken: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface TokenEndpointOptions {
  hosts: KommoHosts;
  dispatcher?: Dispatcher;
  /** The time limit of one call, ms. 15 s as in Kommo's own PHP library. */
  timeoutMs?: number;
}

export const TOKEN_CALL_MS = 15_000;
const MAX_BYTES = { success: 65_536, failure: 65_536 };
/** Kommo docs: 24 hours. Used where the answer does not say. */
const DEFAULT_ACCESS_S = 86_400;
/** Refusals of Kommo that pass by themselves: unpaid, timeout, conflict, locked, too early, too many requests. */
const PASSING = new Set([402, 408, 409, 423, 425, 429]);

export function createTokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { hosts, timeoutMs = TOKEN_CALL_MS } = options;
  const ownAgent = options.dispatcher === undefined ? new Agent({ connections: 4 }) : null;
  const dispatcher = options.dispatcher ?? ownAgent!;

  async function call(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    body: object | null,
  ): Promise<{ status: number; json: unknown }> {
    const answer = await boundedRequest({
      ...{ method, url, dispatcher, maxBytes: MAX_BYTES },
      headers: { accept: 'application/json', 'user-agent': 'Stagepost', ...headers },
      body: body === null ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, json: parseJson(answer.body?.toString('utf8') ?? '') };
  }

  async function grant(origin: string, integration: Integration, by: Record<string, string>) {
    const { clientId, clientSecret, redirectUri } = integration;
    const body = { client_id: clientId, client_secret: clientSecret, ...by, redirect_uri: redirectUri };
    try {
      const url = `${origin}/oauth2/access_token`;
      const answer = await call('POST', url, { 'content-type': 'application/json' }, body);
      return tokenAnswer(answer, [clientSecret, ...Object.values(by)]);
    } catch (error) {
      return {
        kind: 'unknown',
        status: null,
        reason: `No answer came from Kommo (${codeOf(error)}).`,
      } as const;
    }
  }

  return {
    exchange: (origin, integration, code) =>
      grant(origin, integration, { grant_type: 'authorization_code', code }),
    refresh: (origin, integration, refreshToken) =>
      grant(origin, integration, { grant_type: 'refresh_token', refresh_token: refreshToken }),
    async findAccount(apiHost, refreshToken) {
      const api = hosts.originOf(apiHost);
      if (api === null) return null;
      try {
        // Seen in Kommo's PHP library: {id, subdomain, domain, top_level_domain}.
        const url = `${api}/oauth2/account/current/subdomain`;
        const { status, json } = await call('GET', url, { 'x-refresh-token': refreshToken }, null);
        return status === 200 ? hosts.originOf(asText(asObject(json).domain)) : null;
      } catch {
        return null;
      }
    },
    close: async () => ownAgent?.close(),
  };
}

/** @param secrets are taken out of the words of a refusal, which are shown */
export function tokenAnswer(
  { status, json }: { status: number; json: unknown },
  secrets: readonly string[],
): TokenAnswer {
  const body = asObject(json);
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = body;
  if (status < 300) {
    if (!isToken(access) || !isToken(refresh))
      return { kind: 'unknown', status, reason: 'The answer of Kommo has no tokens.' };
    const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_ACCESS_S;
    return { kind: 'tokens', pair: { access, refresh, accessMs: lifetime * 1000 } };
  }
  const words = [body.hint, body.detail, body.title].map(asText).find((text) => text !== '') ?? '';
  const said = words === '' ? '' : ` Kommo says: ${oneLine(maskSecrets(words, secrets), 200)}`;
  // Only Kommo's own JSON is its word: a page comes from a firewall, a proxy, or a block of the account.
  const isOwn = 'hint' in body || ('title' in body && 'detail' in body);
  if (status >= 400 && status < 500 && isOwn && !PASSING.has(status))
    return { kind: 'denied', status, reason: `Kommo refuses it (${status}).${said}` };
  return { kind: 'unknown', status, reason: `Kommo answered ${status}.${said}` };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,10000}$/.test(value);
}

function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  return String(code ?? cause?.code ?? name ?? 'unknown');
}
