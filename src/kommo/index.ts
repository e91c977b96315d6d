/** Everything that knows Kommo's API. Other rooms import from here only. */

export type { CallOptions, CallReport } from './client/call.ts';
export { createKommoClient, type KommoClient, type KommoClientOptions } from './client/client.ts';
export type { DealCreation, DealMove, EventsQuery } from './client/events-log.ts';
export { bulkShareOf } from './client/rate-limiter.ts';
export type { ExistingNote, ExistingTask } from './client/read-back.ts';
export { type NewDealField, WEBHOOK_SETTINGS, type Webhook } from './client/setup.ts';
export type { Priority } from './client/waiting-requests.ts';
export { withOptions } from './client/with-options.ts';
export {
  type DealChange,
  MAX_BATCH,
  type NewNote,
  type NewTask,
  RECOMMENDED_BATCH,
} from './client/writes.ts';
export { type FieldInput, type FieldValueResult, fieldValue } from './field-value.ts';
export {
  KOMMO_ADDRESSES,
  type KommoWriter,
  type PreparedWrite,
  prepareWrite,
  requestOf,
  sendWrites,
} from './prepare-write.ts';
export { readWebhook } from './webhook/read-webhook.ts';
export type * from './webhook/reports.ts';
