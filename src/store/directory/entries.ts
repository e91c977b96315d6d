import { sql } from 'kysely';
import type { RecordedContact } from '../../domain/directory/answer.ts';
import type { DirectoryEntry } from '../../domain/directory/entry.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Contacts as they were read from Kommo. */
export interface ReadContacts {
  entries: DirectoryEntry[];
  /** Contacts that Kommo does not have any more. */
  deletedIds: number[];
}

/**
 * Parked reports are planned again where the contact of their person is found, but not after this time, ms: what they would
 * do is no longer expected.
 */
const PLAN_AGAIN_MS = 7 * 86_400_000;

/**
 * Replaces what the directory has of these contacts. Parked reports about an address that now leads to a deal become new, so
 * that they are planned again.
 */
export async function saveContacts(
  trx: LeasedTransaction,
  connection: string,
  { entries, deletedIds }: ReadContacts,
  now: Millis,
): Promise<void> {
  const ids = [...entries.map(({ contactId }) => contactId), ...deletedIds];
  if (ids.length === 0) return;
  const rows = entries.flatMap(({ contactId, addresses, dealIds }) =>
    addresses.map((address) => ({ contact_id: contactId, address, deal_ids: dealIds })),
  );
  await sql`
    with read as (
      select r.address, r.contact_id, r.deal_ids from jsonb_to_recordset(${jsonText(rows)}::jsonb)
        as r(address text, contact_id bigint, deal_ids jsonb)
    ), gone as (
      delete from directory d where connection = ${connection} and contact_id = ${anyOf(ids, 'bigint')}
        and not exists (select 1 from read r where r.contact_id = d.contact_id and r.address = d.address)
    ), no_longer_stale as (
      delete from directory_stale where connection = ${connection} and contact_id = ${anyOf(ids, 'bigint')}
    ), saved as (
      insert into directory (connection, address, contact_id, deal_ids, read_at)
      select ${connection}, r.address, r.contact_id, r.deal_ids, ${now}::bigint from read r
      on conflict (connection, address, contact_id) do update
        set deal_ids = excluded.deal_ids, read_at = excluded.read_at
    ), appeared as (
      select r.address from read r
      left join directory d on d.connection = ${connection} and d.address = r.address and d.contact_id = r.contact_id
      where r.deal_ids <> '[]' and not coalesce(d.deal_ids @> r.deal_ids, false)
    )
    update events set state = 'new', reason = null
    where connection = ${connection} and state = 'parked' and planned_at > ${now - PLAN_AGAIN_MS}
      and person = any(array(select address from appeared))
  `.execute(trx);
}

/** The recorded contacts of each address; addresses without one are missing. */
export async function contactsByAddress(
  db: Db,
  connection: string,
  addresses: string[],
): Promise<Map<string, RecordedContact[]>> {
  const contacts = new Map<string, RecordedContact[]>();
  if (addresses.length === 0) return contacts;
  const { rows } = await sql<{
    address: string;
    contact_id: number;
    deal_ids: number[];
    read_at: Millis;
    is_stale: boolean;
  }>`
    select d.address, d.contact_id, d.deal_ids, d.read_at, s.contact_id is not null as is_stale from directory d
    left join directory_stale s on s.connection = d.connection and s.contact_id = d.contact_id
    where d.connection = ${connection} and d.address = ${anyOf(addresses, 'text')}
    order by d.contact_id
  `.execute(db);
  for (const { address, contact_id: contactId, deal_ids: dealIds, read_at: readAt, is_stale } of rows) {
    const contact = { contactId, dealIds, readAt, isStale: is_stale };
    contacts.set(address, [...(contacts.get(address) ?? []), contact]);
  }
  return contacts;
}

/** Notes that these contacts must be read again, where the connection has a directory. */
export async function markStale(
  trx: LeasedTransaction,
  connection: string,
  contactIds: number[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql`
    insert into directory_stale (connection, contact_id)
    select ${connection}, id from unnest(${[...new Set(contactIds)]}::bigint[]) as id
    where exists (
      select 1 from directories where connection = ${connection} and coalesce(read_began_at, complete_at) is not null
    )
    on conflict do nothing
  `.execute(trx);
}

/** Notes that contacts last read before this time must be read again: a full reading has not met them. */
export async function markUnseenStale(
  trx: LeasedTransaction,
  connection: string,
  before: Millis,
): Promise<void> {
  await sql`
    insert into directory_stale (connection, contact_id)
    select distinct connection, contact_id from directory where connection = ${connection} and read_at < ${before}
    on conflict do nothing
  `.execute(trx);
}

/** Contacts to be read again, at most `limit`. */
export async function staleContacts(db: Db, connection: string, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('directory_stale')
    .select('contact_id')
    .where('connection', '=', connection)
    .orderBy('contact_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.contact_id);
}
