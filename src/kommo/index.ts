/** The public interface of this room: Kommo's API and webhooks. Other rooms import from this file only. */

export type { CallOptions, CallReport } from './client/call.ts';
export { CATALOG_LISTS, type CatalogList } from './client/catalog.ts';
export { type ContactSearch, createKommoClient, type KommoClient } from './client/client.ts';
export type { ContactsPage } from './client/contacts-list.ts';
export type { DealsPageQuery } from './client/deals-list.ts';
export type { DealCreation, DealMove } from './client/events-log.ts';
export { KommoLimits } from './client/kommo-limits.ts';
export type { LogEntries, WatchedValues } from './client/log-entries.ts';
export type { RecordChange, RecordChangesQuery } from './client/record-changes.ts';
export { bulkShareOf } from './client/request-budget.ts';
export {
  lackingSettings,
  type NewDealField,
  WEBHOOK_SETTINGS,
  type Webhook,
  webhookEventLabels,
} from './client/setup.ts';
export { QUIET_AFTER_START_MS } from './client/slots.ts';
export {
  type AccessToken,
  longLivedToken,
  type TokenAdvice,
  type TokenSource,
} from './client/token-source.ts';
export { withOptions } from './client/with-options.ts';
export { MAX_BATCH, RECOMMENDED_BATCH } from './client/writes.ts';
export { fieldValue } from './field-value.ts';
export { readToken, type TokenClaims } from './long-lived-token.ts';
export { matchWritten, type WrittenText } from './match-written.ts';
export {
  KOMMO_ADDRESSES,
  type PreparedWrite,
  prepareWrite,
  requestOf,
  sendWrites,
  type WriteCatalog,
} from './prepare-write.ts';
export { refusalCode } from './refusal-code.ts';
export { repairedWrite } from './repair-write.ts';
export { readWebhook } from './webhook/read-webhook.ts';
export type * from './webhook/reports.ts';
