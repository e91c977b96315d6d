import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { isObject } from './checks.ts';
import type { Reply } from './hal.ts';
import type { AccountOptions, OAuthOptions } from './types.ts';

/** Kommo docs: a code lives 20 minutes, an access token 24 hours, a refresh token 3 months. */
const codeMs = 20 * 60_000;
const accessSeconds = 86_400;
const refreshMs = 90 * 86_400_000;

/** An integration of the account: the one of the options, and those that Kommo's button has made. */
export interface Integration {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

export interface OAuth {
  integration(clientId: string): Integration | undefined;
  /** A private integration, as Kommo's button makes it. */
  addIntegration(redirectUri: string): Integration;
  /** A code as the browser brings it to the redirect address. Default: of the first integration and the account's administrator. */
  issueCode(clientId?: string, userId?: number): string;
  /** `POST /oauth2/access_token` with this body. */
  exchange(body: unknown): Reply;
  /** `GET /oauth2/account/current/subdomain` with this header. */
  accountOf(refreshToken: string, host: string): Reply;
  /** The user of an access token that is good now; null for any other. */
  userOf(accessToken: string): number | null;
  /** Tokens end: all, or those of one user, as when this user or an administrator withdraws access. */
  revoke(userId?: number): void;
  /** A new secret: every token of the integration ends (Kommo docs). */
  renewSecret(clientId?: string): string;
}

export interface OAuthParts {
  options: OAuthOptions;
  account: AccountOptions;
  userId: number;
  /** Kommo: the old refresh token lives until its successor is used. amoCRM: one use. */
  rotation(): 'grace' | 'strict';
  /** The host that knows the account under any name, in the tokens. */
  apiHost(): string;
  now(): number;
}

interface Issued {
  expires: number;
  clientId: string;
  userId: number;
}

interface Refresh extends Issued {
  /** The token this one came from: dead as soon as this one is used. */
  parent?: string;
}

/** Seen in public clients, in the language of the platform; there is no `error` field as in RFC 6749. */
function refuse(status: 400 | 401, hint: string): Reply {
  const body = {
    hint,
    title: 'Некорректный запрос',
    type: 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson',
    status,
    detail: 'В запросе отсутствует ряд параметров или параметры невалидны',
  };
  return { status, type: 'application/problem+json', body: JSON.stringify(body) };
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createOAuth(parts: OAuthParts): OAuth {
  const { options, account, rotation, now } = parts;
  const made = new Map<string, Integration>();
  const codes = new Map<string, Issued & { used: boolean }>();
  const access = new Map<string, Issued>();
  const refresh = new Map<string, Refresh>();
  const spent = new Set<string>();

  // The options' own object: a test may change them.
  const integration = (clientId: string): Integration | undefined =>
    clientId === options.clientId ? options : made.get(clientId);

  const jwt = ({ clientId, clientSecret }: Integration, userId: number): string => {
    const iat = Math.floor(now() / 1000);
    const claims = {
      aud: clientId,
      jti: randomBytes(16).toString('hex'),
      iat,
      nbf: iat,
      exp: iat + accessSeconds,
      sub: String(userId),
      account_id: account.id,
      api_domain: parts.apiHost(),
      scopes: ['crm', 'notifications'],
    };
    const text = `${base64({ typ: 'JWT', alg: 'HS256' })}.${base64(claims)}`;
    return `${text}.${createHmac('sha256', clientSecret).update(text).digest('base64url')}`;
  };

  const grant = (owner: Integration, userId: number, parent?: string): Reply => {
    const { clientId } = owner;
    const access_token = jwt(owner, userId);
    const refresh_token = `def502${randomBytes(60).toString('hex')}`;
    access.set(access_token, { expires: now() + accessSeconds * 1000, clientId, userId });
    refresh.set(refresh_token, {
      expires: now() + refreshMs,
      clientId,
      userId,
      ...(parent ? { parent } : {}),
    });
    const body = { token_type: 'Bearer', expires_in: accessSeconds, access_token, refresh_token };
    return { status: 200, type: 'application/json', body: JSON.stringify(body) };
  };

  const byCode = (owner: Integration, code: string): Reply => {
    const known = codes.get(code);
    if (known?.clientId !== owner.clientId) return refuse(400, 'Cannot decrypt the authorization code');
    if (known.used) return refuse(400, 'Authorization code has been revoked');
    if (known.expires <= now()) return refuse(400, 'Authorization code has expired');
    known.used = true;
    return grant(owner, known.userId);
  };

  const spend = (token: string): void => {
    refresh.delete(token);
    spent.add(token);
  };

  const byRefresh = (owner: Integration, token: string): Reply => {
    const known = refresh.get(token);
    if (known?.clientId !== owner.clientId)
      return refuse(401, spent.has(token) ? 'Token has been revoked' : 'Cannot decrypt the refresh token');
    if (known.expires <= now()) return refuse(401, 'Token has expired');
    if (known.parent) spend(known.parent);
    if (rotation() === 'strict') spend(token);
    return grant(owner, known.userId, token);
  };

  const end = (isMeant: (issued: Issued) => boolean): void => {
    for (const [token, issued] of refresh) if (isMeant(issued)) spend(token);
    for (const [token, issued] of access) if (isMeant(issued)) access.delete(token);
  };

  return {
    integration,
    addIntegration(redirectUri) {
      const clientId = randomUUID();
      const added = { clientId, clientSecret: randomBytes(32).toString('base64url'), redirectUri };
      made.set(clientId, added);
      return added;
    },
    issueCode(clientId = options.clientId, userId = parts.userId) {
      const code = `def502${randomBytes(40).toString('hex')}`;
      codes.set(code, { expires: now() + codeMs, used: false, clientId, userId });
      return code;
    },
    exchange(body) {
      if (!isObject(body)) return refuse(400, 'Check the request body');
      const owner = integration(String(body.client_id ?? ''));
      if (!owner || body.client_secret !== owner.clientSecret)
        return refuse(401, 'Client authentication failed');
      if (body.redirect_uri !== owner.redirectUri) return refuse(400, 'Check the `redirect_uri` parameter');
      if (body.grant_type === 'authorization_code') return byCode(owner, String(body.code ?? ''));
      if (body.grant_type === 'refresh_token') return byRefresh(owner, String(body.refresh_token ?? ''));
      return refuse(400, 'Check the `grant_type` parameter');
    },
    accountOf(refreshToken, host) {
      if (!refresh.has(refreshToken)) return refuse(401, 'Token has been revoked');
      const { id, subdomain } = account;
      const top_level_domain = host.slice(host.indexOf('.') + 1);
      return {
        status: 200,
        type: 'application/json',
        body: JSON.stringify({ id, subdomain, domain: host, top_level_domain }),
      };
    },
    userOf(token) {
      const issued = access.get(token);
      return issued && issued.expires > now() ? issued.userId : null;
    },
    revoke: (userId) => end((issued) => userId === undefined || issued.userId === userId),
    renewSecret(clientId = options.clientId) {
      const owner = integration(clientId);
      if (!owner) throw new Error(`There is no integration ${clientId}.`);
      owner.clientSecret = randomBytes(32).toString('base64url');
      end((issued) => issued.clientId === clientId);
      return owner.clientSecret;
    },
  };
}
