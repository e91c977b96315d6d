import { readToken, type TokenClaims } from '../kommo/index.ts';

const DAY_MS = 86_400_000;
/** A token that ends sooner is a warning: a new one takes an administrator, and a restart. */
const SOON_DAYS = 30;

export interface RefusedToken {
  token: string;
  /** The address of the account in the configuration. */
  url: string;
  /** The tokens of the other connections, by their names. */
  others: { name: string; token: string }[];
  /** ms. */
  now: number;
}

/** What most likely happened to a token that Kommo refuses, as a sentence. Never has a part of the token. */
export function whyTokenRefused({ token, url, others, now }: RefusedToken): string {
  if (/^["'`“‘]|["'`”’]$/.test(token)) return 'The token is in quotes: remove them.';
  if (/^bearer\s/i.test(token)) return 'The token begins with "Bearer": remove that word.';
  if (/\s/.test(token)) return 'There is a space or a line break in the token: copy it again, in one line.';
  if (token.startsWith('def502'))
    return 'This is an authorization code or a refresh token, and no long-lived token.';
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(token))
    return 'This is the ID of the integration, and no long-lived token.';
  const claims = readToken(token);
  if (claims === null)
    return token.startsWith('eyJ')
      ? `The token is cut off: only ${token.length} characters of it have arrived. Copy it again, in one line.`
      : 'This is not a long-lived token: those begin with "eyJ" and have about a thousand characters.';
  return whyRefused(claims, url, others, now);
}

function whyRefused(
  { endsAt, accountId }: TokenClaims,
  url: string,
  others: RefusedToken['others'],
  now: number,
): string {
  if (endsAt !== null && endsAt <= now) return `The token ended on ${day(endsAt)}.`;
  const owner = others.find(({ token }) => accountId !== null && readToken(token)?.accountId === accountId);
  if (owner) return `The token belongs to the same account as that of the connection "${owner.name}".`;
  const account = accountId === null ? 'another account' : `the account ${accountId}, and that is not ${url}`;
  const validity = endsAt === null ? '' : ` By its date it is valid until ${day(endsAt)}.`;
  return `The token is whole.${validity} Either it was revoked, or it belongs to ${account}.`;
}

/** How long a token that Kommo accepts is valid; null where it does not say. */
export function validityOf(token: string, now: number): { message: string; isSoon: boolean } | null {
  const endsAt = readToken(token)?.endsAt ?? null;
  if (endsAt === null) return null;
  const days = Math.ceil((endsAt - now) / DAY_MS);
  const message = `The token of Kommo is valid until ${day(endsAt)} (${days} ${days === 1 ? 'day' : 'days'})`;
  return { message, isSoon: days <= SOON_DAYS };
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
