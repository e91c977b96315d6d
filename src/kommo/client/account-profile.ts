import type { Account, Deal } from '../../domain/entities.ts';
import { asObject, asText, textOrNull } from '../../lib/unknown-json.ts';
import { dealOf } from '../mapping.ts';
import { embedded, idOrNull } from '../wire.ts';
import type { CallOptions } from './call.ts';
import { accountOf } from './catalog.ts';
import { queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** The account, and whose rights the token has. */
export interface AccountProfile {
  account: Account;
  /** `EUR`; null where Kommo does not say. */
  currency: string | null;
  userId: number | null;
}

/** A user and whether it is an administrator. */
export interface UserRights {
  id: number;
  name: string;
  isAdmin: boolean;
}

/** As `readAccount`, with what a person wants to see of it. Source of the keys: Kommo docs, "Account parameters". */
export async function readProfile(transport: Transport, options?: CallOptions): Promise<AccountProfile> {
  const query = queryOf([['with', 'datetime_settings']]);
  const call = {
    method: 'GET',
    path: '/account',
    query,
    effect: 'read',
    doing: 'reading the account',
  } as const;
  const body = await transport.send(call, options);
  const { currency, current_user_id: userId } = asObject(body);
  return { account: accountOf(body), currency: textOrNull(currency), userId: idOrNull(userId) };
}

/** Null where there is no such user. Kommo shows users to administrators only: others get `unauthorized` (403). */
export async function readUserRights(
  transport: Transport,
  id: number,
  options?: CallOptions,
): Promise<UserRights | null> {
  const call = { method: 'GET', path: `/users/${id}`, effect: 'read', doing: 'reading the user' } as const;
  const user = asObject(await transport.send({ ...call, absent: [404] }, options));
  if (idOrNull(user.id) !== id) return null;
  return { id, name: asText(user.name), isAdmin: asObject(user.rights).is_admin === true };
}

/** The deals that changed last, the newest first. @param limit at most 250 */
export async function readRecentDeals(
  transport: Transport,
  limit: number,
  options?: CallOptions,
): Promise<Deal[]> {
  const query = queryOf([
    ['order[updated_at]', 'desc'],
    ['with', 'contacts'],
    ['limit', limit],
  ]);
  const call = {
    method: 'GET',
    path: '/leads',
    query,
    effect: 'read',
    doing: 'reading recent deals',
  } as const;
  const deals = embedded(await transport.send(call, options), 'leads').map(dealOf);
  return deals.filter((deal) => deal !== null);
}
