import type { Contact, UnixSeconds } from '../../domain/entities.ts';
import type { JsonObject } from '../../lib/unknown-json.ts';
import { contactOf } from '../mapping.ts';
import { embedded, hasNextPage, idOrNull, timeOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

export interface ContactsPageQuery {
  /** From 1. */
  page: number;
  /** Only contacts that changed at this time or later; null: all. */
  updatedSince: UnixSeconds | null;
}

/** A contact of the list, with its deals' ids. */
export interface ListedContact {
  contact: Contact;
  updatedAt: UnixSeconds | null;
}

export interface ContactsPage {
  /** The last changed first, unless the account ignores the order. */
  contacts: ListedContact[];
  deletedIds: number[];
  /** False where the account ignores the order. */
  isNewestFirst: boolean;
  /** Whether no further page is to be read. */
  isLast: boolean;
}

/**
 * Reads one page of all contacts, up to 250, the last changed first. In this order a contact that changes while the pages
 * are being read moves to the front, and pushes the others to later pages: none of them is skipped.
 *
 * Accounts are known to ignore filters silently (public issue threads of Kommo's PHP library). The order then shows where the
 * changed contacts end: at the first one that changed before `updatedSince`.
 */
export async function readContactsPage(
  transport: Transport,
  { page, updatedSince }: ContactsPageQuery,
  options: CallOptions | undefined,
): Promise<ContactsPage> {
  const query = queryOf([
    ...(updatedSince === null ? [] : [['filter[updated_at][from]', updatedSince] as [string, number]]),
    ['order[updated_at]', 'desc'],
    ['with', 'leads'],
    ['limit', PAGE],
    ['page', page],
  ]);
  const body = await transport.send(
    { method: 'GET', path: '/contacts', query, effect: 'read', doing: 'listing contacts' },
    options,
  );
  const items = embedded(body, 'contacts');
  const isOlder = (wire: JsonObject) =>
    updatedSince !== null && (timeOrNull(wire.updated_at) ?? updatedSince) < updatedSince;
  const times = items.map(({ updated_at }) => timeOrNull(updated_at) ?? 0);
  return {
    contacts: items.flatMap(listedContact),
    deletedIds: items
      .filter(({ is_deleted }) => is_deleted === true)
      .map(({ id }) => idOrNull(id))
      .filter((id) => id !== null),
    isNewestFirst: times.every((time, index) => index === 0 || time <= times[index - 1]!),
    isLast: !hasNextPage(body) || items.length === 0 || items.some(isOlder),
  };
}

function listedContact(wire: JsonObject): ListedContact[] {
  const contact = contactOf(wire);
  return contact === null ? [] : [{ contact, updatedAt: timeOrNull(wire.updated_at) }];
}
