import { backoff } from '../lib/backoff.ts';
import type { Integration, TokenPair } from './token-endpoint.ts';

/** Access to a Kommo account that somebody has granted to an integration. Times are unix ms. */
export interface Grant {
  name: string;
  version: number;
  integration: Integration;
  /** Where the account answers; null before the first grant. */
  origin: string | null;
  accountId: number | null;
  /** Null before the first grant. */
  tokens: Tokens | null;
  /** The hash of the code that was exchanged last. */
  codeHash: string | null;
  grantedAt: number | null;
  renewAt: number | null;
  /** When Kommo refused to renew it. */
  revokedAt: number | null;
  trouble: string | null;
  failures: number;
  grantee: Grantee | null;
}

export interface Tokens {
  access: string;
  issuedAt: number;
  accessEndsAt: number;
  refresh: string;
  refreshEndsAt: number;
  /** The refresh token before: Kommo may take it until the present one was used. */
  formerRefresh: string | null;
}

/** Who granted access, and what it allows. */
export interface Grantee {
  account: { id: number; name: string; subdomain: string } | null;
  user: { id: number | null; name: string | null; email: string | null };
  isAdmin: boolean;
  rights: { what: string; isGranted: boolean }[];
  checkedAt: number;
}

/**
 * - `none`: nobody has granted access yet.
 * - `fresh`: the access token is in the first half of its life.
 * - `due`: it is to be renewed, and still works.
 * - `ended`: it has ended without being renewed, because Stagepost did not run or Kommo did not answer. A renewal helps.
 * - `revoked`: Kommo refuses to renew it. Somebody must grant access again; the access token may work for some hours yet.
 *
 * `due` and `ended` with `failures` above 0: renewals have failed, and are tried again.
 */
export type GrantState = 'none' | 'fresh' | 'due' | 'ended' | 'revoked';

export function grantState({ tokens, renewAt, revokedAt }: Grant, now: number): GrantState {
  if (tokens === null) return revokedAt === null ? 'none' : 'revoked';
  if (revokedAt !== null) return 'revoked';
  if (now >= tokens.accessEndsAt - EARLY_MS) return 'ended';
  return renewAt !== null && now >= renewAt ? 'due' : 'fresh';
}

/** An access token is not used in its last minute: a call may wait for the rate limit, and clocks differ. */
export const EARLY_MS = 60_000;
/** Kommo docs: a refresh token that is not used for three months ends. */
const REFRESH_MS = 90 * 86_400_000;
const RETRY = { firstMs: 30_000, maxMs: 30 * 60_000 };

/** The grant with a pair of tokens that Kommo has just issued. @param random from 0 up to 1, for jitter */
export function withTokens(grant: Grant, pair: TokenPair, now: number, random: number): Grant {
  return {
    ...grant,
    tokens: {
      access: pair.access,
      issuedAt: now,
      accessEndsAt: now + pair.accessMs,
      refresh: pair.refresh,
      refreshEndsAt: now + REFRESH_MS,
      formerRefresh: grant.tokens?.refresh ?? null,
    },
    // At half of its life, give or take a tenth: many that were granted at once are not renewed at once.
    renewAt: Math.round(now + pair.accessMs * (0.45 + random / 10)),
    revokedAt: null,
    trouble: null,
    failures: 0,
  };
}

/** The grant after a renewal whose outcome is not known. The same refresh token is sent again later. */
export function withFailure(grant: Grant, trouble: string, now: number, random: number): Grant {
  const failures = grant.failures + 1;
  return { ...grant, trouble, failures, renewAt: now + backoff(failures, { ...RETRY, random }) };
}

/** The grant that Kommo refuses to renew. */
export function withRevocation(grant: Grant, trouble: string, now: number): Grant {
  return { ...grant, trouble, revokedAt: now, renewAt: null };
}

/** The grant whose access token Kommo refuses, so that no process sends it again. */
export function withoutAccess(grant: Grant, now: number): Grant {
  if (grant.tokens === null) return grant;
  return { ...grant, tokens: { ...grant.tokens, accessEndsAt: Math.min(grant.tokens.accessEndsAt, now) } };
}
