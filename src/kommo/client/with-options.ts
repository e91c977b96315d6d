import type { CallOptions } from './call.ts';
import type { KommoClient } from './client.ts';

/**
 * Wraps a client so that its reads and set-up calls carry these options, whatever the caller passes. Used by checks and
 * previews, which share the account's rate with live work and must not delay it. Writes of notes, tasks and fields are
 * unchanged.
 */
export function withOptions(kommo: KommoClient, options: CallOptions): KommoClient {
  const merge = (own: CallOptions = {}): CallOptions => ({ ...own, ...options });
  return {
    ...kommo,
    account: (own) => kommo.account(merge(own)),
    profile: (own) => kommo.profile(merge(own)),
    userRights: (id, own) => kommo.userRights(id, merge(own)),
    recentDeals: (limit, own) => kommo.recentDeals(limit, merge(own)),
    catalog: (own) => kommo.catalog(merge(own)),
    catalogLists: (lists, own) => kommo.catalogLists(lists, merge(own)),
    users: (own) => kommo.users(merge(own)),
    deals: (ids, own) => kommo.deals(ids, merge(own)),
    contacts: (ids, own) => kommo.contacts(ids, merge(own)),
    companies: (ids, own) => kommo.companies(ids, merge(own)),
    contactsWithDeals: (ids, own) => kommo.contactsWithDeals(ids, merge(own)),
    dealsPage: (query, own) => kommo.dealsPage(query, merge(own)),
    contactsPage: (query, own) => kommo.contactsPage(query, merge(own)),
    searchContacts: (email, own) => kommo.searchContacts(email, merge(own)),
    dealMoves: (query, own) => kommo.dealMoves(query, merge(own)),
    dealCreations: (query, own) => kommo.dealCreations(query, merge(own)),
    recordChanges: (query, own) => kommo.recordChanges(query, merge(own)),
    logEntries: (query, own) => kommo.logEntries(query, merge(own)),
    webhooks: (own) => kommo.webhooks(merge(own)),
    registerWebhook: (destination, settings, own) => kommo.registerWebhook(destination, settings, merge(own)),
    createDealField: (field, own) => kommo.createDealField(field, merge(own)),
    notesOf: (ids, since, own) => kommo.notesOf(ids, since, merge(own)),
    addUserTask: (task, own) => kommo.addUserTask(task, merge(own)),
    hasUserTask: (task, own) => kommo.hasUserTask(task, merge(own)),
    tasksOf: (ids, since, own) => kommo.tasksOf(ids, since, merge(own)),
  };
}
