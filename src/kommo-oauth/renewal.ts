import { readToken } from '../kommo/index.ts';
import { type Grant, withFailure, withRevocation, withTokens } from './grant.ts';
import type { GrantStore } from './grant-store.ts';
import { TOKEN_CALL_MS, type TokenAnswer, type TokenEndpoint } from './token-endpoint.ts';

export interface RenewalOptions {
  store: Pick<GrantStore, 'claim' | 'change'>;
  endpoint: TokenEndpoint;
  /** Names this process among those on the database. */
  claimant: string;
  now(): number;
  random(): number;
}

/** Up to four calls: the refresh, the search for a renamed account, the refresh there, the former token. */
const CLAIM_MS = 4 * TOKEN_CALL_MS + 15_000;

/**
 * Renews a grant with its refresh token. Its steps, and what a crash (or `kill -9`) between them leaves:
 * 1. The renewal is claimed in the database. The claim ends by itself, and another process renews.
 * 2. Kommo is asked. If the answer is lost, Kommo docs say that the old refresh token works until the new one is used: it is
 *    sent again after the claim's end. Where a refresh token works only once (amoCRM's documentation), the answer's loss
 *    cannot be made up for: Kommo refuses, and somebody must grant access again.
 * 3. The new pair is stored, with the former refresh token, before anything uses it.
 *
 * @returns the grant as it is stored now; null where another process renews it, or has changed it
 * @throws the database's error
 */
export async function renewGrant(grant: Grant, options: RenewalOptions): Promise<Grant | null> {
  const { store, claimant, now, random } = options;
  const claimed = await store.claim(grant, claimant, CLAIM_MS);
  if (claimed === null || claimed.tokens === null || claimed.origin === null) return null;
  const { answer, origin } = await askKommo(claimed, options);
  const at = now();
  const renewed =
    answer.kind === 'tokens'
      ? withTokens({ ...claimed, origin }, answer.pair, at, random())
      : answer.kind === 'denied'
        ? withRevocation(claimed, answer.reason, at)
        : withFailure(claimed, answer.reason, at, random());
  return (await store.change(renewed)) ? { ...renewed, version: renewed.version + 1 } : null;
}

/** The statuses with which the token endpoint answers for an account that was renamed (seen in Kommo's PHP library). */
const RENAMED = new Set([301, 302, 307, 308, 401, 404]);

async function askKommo(grant: Grant, { endpoint }: RenewalOptions) {
  const { integration } = grant;
  const { access, refresh, formerRefresh } = grant.tokens!;
  let origin = grant.origin!;
  let answer: TokenAnswer = await endpoint.refresh(origin, integration, refresh);
  if (answer.kind !== 'tokens' && answer.status !== null && RENAMED.has(answer.status)) {
    const apiHost = readToken(access)?.apiDomain ?? null;
    const found = apiHost === null ? null : await endpoint.findAccount(apiHost, refresh);
    if (found !== null && found !== origin) {
      origin = found;
      answer = await endpoint.refresh(origin, integration, refresh);
    }
  }
  if (answer.kind !== 'denied' || formerRefresh === null) return { answer, origin };
  const byFormer = await endpoint.refresh(origin, integration, formerRefresh);
  return byFormer.kind === 'denied' ? { answer, origin } : { answer: byFormer, origin };
}
