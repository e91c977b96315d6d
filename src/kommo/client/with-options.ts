import type { KommoClient } from './client.ts';
import type { CallOptions } from './transport.ts';

/**
 * The same client, whose readings and set-up calls carry these options, whatever the caller says: its rate is the
 * account's, and live work needs it more. Notes, tasks and fields are written as ever.
 */
export function withOptions(kommo: KommoClient, options: CallOptions): KommoClient {
  const how = (own: CallOptions = {}): CallOptions => ({ ...own, ...options });
  return {
    ...kommo,
    account: (own) => kommo.account(how(own)),
    catalog: (own) => kommo.catalog(how(own)),
    users: (own) => kommo.users(how(own)),
    deals: (ids, own) => kommo.deals(ids, how(own)),
    contacts: (ids, own) => kommo.contacts(ids, how(own)),
    contactsWithDeals: (ids, own) => kommo.contactsWithDeals(ids, how(own)),
    companies: (ids, own) => kommo.companies(ids, how(own)),
    searchContacts: (email, own) => kommo.searchContacts(email, how(own)),
    dealMoves: (query, own) => kommo.dealMoves(query, how(own)),
    dealCreations: (query, own) => kommo.dealCreations(query, how(own)),
    webhooks: (own) => kommo.webhooks(how(own)),
    registerWebhook: (destination, settings, own) => kommo.registerWebhook(destination, settings, how(own)),
    createDealField: (field, own) => kommo.createDealField(field, how(own)),
    notesOf: (ids, since, own) => kommo.notesOf(ids, since, how(own)),
    tasksOf: (ids, since, own) => kommo.tasksOf(ids, since, how(own)),
  };
}
