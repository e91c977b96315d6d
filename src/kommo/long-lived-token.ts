import { asObject } from '../lib/unknown-json.ts';

/** What a token of Kommo says about itself. It is read, not verified: only Kommo can do that. */
export interface TokenClaims {
  /** ms; null where it does not say. */
  endsAt: number | null;
  /** The number of the account it belongs to. */
  accountId: number | null;
  /** The number of the user whose rights it has. */
  userId: number | null;
  /** The host of Kommo's API that knows the account under any name; in tokens since August 2024. */
  apiDomain: string | null;
}

/**
 * Reads a token of Kommo, which is a JWT with the account and the end (Kommo docs: access tokens and long-lived tokens; the
 * names of the claims are seen in public client code). Null where it is not a whole JWT.
 */
export function readToken(token: string): TokenClaims | null {
  const [header, payload, signature, ...rest] = token.trim().split('.');
  if (!header || !payload || !signature || rest.length > 0) return null;
  const claims = decode(payload);
  const isWhole = claims !== null && signatureIsWhole(decode(header), signature);
  if (!isWhole) return null;
  return {
    endsAt: endOf(claims.exp),
    accountId: numberOf(claims.account_id),
    userId: numberOf(Number(claims.sub)),
    apiDomain: typeof claims.api_domain === 'string' ? claims.api_domain : null,
  };
}

function decode(part: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))) ?? null;
  } catch {
    return null;
  }
}

/** An RSA signature is as long as its key: 2048, 3072 or 4096 bits (RFC 7518, section 3.3). */
function signatureIsWhole(header: Record<string, unknown> | null, signature: string): boolean {
  return header?.alg !== 'RS256' || [256, 384, 512].includes(Buffer.from(signature, 'base64url').length);
}

function endOf(exp: unknown): number | null {
  const seconds = numberOf(exp);
  return seconds === null ? null : seconds * 1000;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
