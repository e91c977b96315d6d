import { createHmac, randomBytes } from 'node:crypto';
import { isObject } from './checks.ts';
import type { Reply } from './hal.ts';
import type { AccountOptions, OAuthOptions } from './types.ts';

/** Kommo docs: a code lives 20 minutes, an access token 24 hours, a refresh token 3 months. */
const codeMs = 20 * 60_000;
const accessSeconds = 86_400;
const refreshMs = 90 * 86_400_000;

export interface OAuth {
  /** A code as the browser brings it to the redirect address. */
  issueCode(): string;
  /** `POST /oauth2/access_token` with this body. */
  exchange(body: unknown): Reply;
  /** Whether this access token is good now. */
  accepts(accessToken: string): boolean;
  /** Every token of the integration ends, as when an administrator uninstalls it. */
  revoke(): void;
}

export interface OAuthParts {
  options: OAuthOptions;
  account: AccountOptions;
  userId: number;
  /** Kommo: the old refresh token lives until its successor is used. amoCRM: one use. */
  rotation(): 'grace' | 'strict';
  now(): number;
}

interface Refresh {
  expires: number;
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

export function createOAuth({ options, account, userId, rotation, now }: OAuthParts): OAuth {
  const codes = new Map<string, { expires: number; used: boolean }>();
  const access = new Map<string, number>();
  const refresh = new Map<string, Refresh>();
  const spent = new Set<string>();

  const jwt = (): string => {
    const iat = Math.floor(now() / 1000);
    const claims = {
      aud: options.clientId,
      jti: randomBytes(16).toString('hex'),
      iat,
      nbf: iat,
      exp: iat + accessSeconds,
      sub: String(userId),
      account_id: account.id,
      api_domain: account.webHost,
      scopes: ['crm', 'notifications'],
    };
    const text = `${base64({ typ: 'JWT', alg: 'HS256' })}.${base64(claims)}`;
    return `${text}.${createHmac('sha256', options.clientSecret).update(text).digest('base64url')}`;
  };

  const grant = (parent?: string): Reply => {
    const access_token = jwt();
    const refresh_token = `def502${randomBytes(60).toString('hex')}`;
    access.set(access_token, now() + accessSeconds * 1000);
    refresh.set(refresh_token, { expires: now() + refreshMs, ...(parent ? { parent } : {}) });
    const body = { token_type: 'Bearer', expires_in: accessSeconds, access_token, refresh_token };
    return { status: 200, type: 'application/json', body: JSON.stringify(body) };
  };

  const byCode = (code: string): Reply => {
    const known = codes.get(code);
    if (!known) return refuse(400, 'Cannot decrypt the authorization code');
    if (known.used) return refuse(400, 'Authorization code has been revoked');
    if (known.expires <= now()) return refuse(400, 'Authorization code has expired');
    known.used = true;
    return grant();
  };

  const spend = (token: string): void => {
    refresh.delete(token);
    spent.add(token);
  };

  const byRefresh = (token: string): Reply => {
    const known = refresh.get(token);
    if (!known)
      return refuse(401, spent.has(token) ? 'Token has been revoked' : 'Cannot decrypt the refresh token');
    if (known.expires <= now()) return refuse(401, 'Token has expired');
    if (known.parent) spend(known.parent);
    if (rotation() === 'strict') spend(token);
    return grant(token);
  };

  return {
    issueCode() {
      const code = `def502${randomBytes(40).toString('hex')}`;
      codes.set(code, { expires: now() + codeMs, used: false });
      return code;
    },
    exchange(body) {
      if (!isObject(body)) return refuse(400, 'Check the request body');
      if (body.client_id !== options.clientId || body.client_secret !== options.clientSecret)
        return refuse(401, 'Client authentication failed');
      if (body.redirect_uri !== options.redirectUri) return refuse(400, 'Check the `redirect_uri` parameter');
      if (body.grant_type === 'authorization_code') return byCode(String(body.code ?? ''));
      if (body.grant_type === 'refresh_token') return byRefresh(String(body.refresh_token ?? ''));
      return refuse(400, 'Check the `grant_type` parameter');
    },
    accepts: (token) => (access.get(token) ?? 0) > now(),
    revoke() {
      for (const token of refresh.keys()) spent.add(token);
      refresh.clear();
      access.clear();
    },
  };
}
