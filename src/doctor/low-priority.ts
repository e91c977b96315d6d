import type { CallOptions, KommoClient } from '../kommo/index.ts';
import type { Clients } from './connection.ts';

/** The same client, whose calls let all other work go first: its rate is the account's, and live work needs it more. */
export function atLowPriority(kommo: KommoClient): Clients['kommo'] {
  const low = (how: CallOptions = {}): CallOptions => ({ ...how, priority: 'bulk' });
  return {
    account: (how) => kommo.account(low(how)),
    catalog: (how) => kommo.catalog(low(how)),
    users: (how) => kommo.users(low(how)),
    deals: (ids, how) => kommo.deals(ids, low(how)),
    contacts: (ids, how) => kommo.contacts(ids, low(how)),
    companies: (ids, how) => kommo.companies(ids, low(how)),
    notesOf: (ids, since, how) => kommo.notesOf(ids, since, low(how)),
    tasksOf: (ids, since, how) => kommo.tasksOf(ids, since, low(how)),
    dealMoves: (query, how) => kommo.dealMoves(query, low(how)),
    webhooks: (how) => kommo.webhooks(low(how)),
    registerWebhook: (destination, settings, how) => kommo.registerWebhook(destination, settings, low(how)),
    createDealField: (field, how) => kommo.createDealField(field, low(how)),
  };
}
