/** The public interface of this room: Kommo's API and webhooks. Other rooms import from this file only. */

export type { CallOptions, CallReport } from './client/call.ts';
export { createKommoClient, type KommoClient } from './client/client.ts';
export type { DealCreation, DealMove } from './client/events-log.ts';
export { bulkShareOf } from './client/rate-limiter.ts';
export { type NewDealField, WEBHOOK_SETTINGS, type Webhook, webhookEventLabels } from './client/setup.ts';
export { withOptions } from './client/with-options.ts';
export { MAX_BATCH, RECOMMENDED_BATCH } from './client/writes.ts';
export { fieldValue } from './field-value.ts';
export { KOMMO_ADDRESSES, type PreparedWrite, prepareWrite, requestOf, sendWrites } from './prepare-write.ts';
export { refusalCode } from './refusal-code.ts';
export { readWebhook } from './webhook/read-webhook.ts';
export type * from './webhook/reports.ts';
