import { DeliveryError } from '../domain/errors.ts';
import { createKommoClient, type KommoLimits, readToken, type TokenSource } from '../kommo/index.ts';
import type { Grantee } from './grant.ts';

/** Few enough to leave the rest of Kommo's 7 a second to the running connection. */
const REQUESTS_PER_SECOND = 2;
/** An id that no deal has: Kommo's ids are far higher. Reading it shows whether the right is there. */
const UNUSED_ID = [1];

/**
 * Who has granted access, and what it allows: a token has the rights of its user. Some seven calls to Kommo.
 * @throws DeliveryError where the account cannot be read
 */
export async function readGrantee(
  origin: string,
  tokens: TokenSource,
  limits: KommoLimits,
  now: number,
  signal: AbortSignal,
): Promise<Grantee> {
  const options = { signal };
  const kommo = createKommoClient({
    ...{ baseUrl: origin, tokens, requestsPerSecond: REQUESTS_PER_SECOND, quietUntilMs: 0 },
    limits,
    timeoutMs: 10_000,
  });
  try {
    const { id, name, subdomain } = await kommo.account(options);
    const users = await allowed(() => kommo.users(options));
    const from = Math.floor(now / 1000);
    const rights = [
      { what: 'deals', isGranted: (await allowed(() => kommo.deals(UNUSED_ID, options))) !== null },
      { what: 'contacts', isGranted: (await allowed(() => kommo.contacts(UNUSED_ID, options))) !== null },
      { what: 'companies', isGranted: (await allowed(() => kommo.companies(UNUSED_ID, options))) !== null },
      {
        what: 'events',
        isGranted: (await allowed(() => kommo.dealMoves({ dealIds: UNUSED_ID, from }, options))) !== null,
      },
      { what: 'users', isGranted: users !== null },
      { what: 'webhooks', isGranted: (await allowed(() => kommo.webhooks(options))) !== null },
    ];
    const userId = readToken((await tokens.current()).value)?.userId ?? null;
    const user = users?.find((each) => each.id === userId);
    return {
      account: { id, name, subdomain },
      user: { id: userId, name: user?.name ?? null, email: user?.email ?? null },
      // Kommo docs: only administrators may read the users.
      isAdmin: users !== null,
      rights,
      checkedAt: now,
    };
  } finally {
    await kommo.close();
  }
}

/** Null where the right is missing. */
async function allowed<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeliveryError && error.status === 403 && error.failure === 'unauthorized')
      return null;
    throw error;
  }
}
