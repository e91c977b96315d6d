/** The room that knows Kommo. Others import from here only. */
export { createKommoClient, type KommoClient, type KommoClientOptions } from './client.ts';
export { type FieldInput, type FieldValueResult, fieldValue } from './field-value.ts';
export { createLimiter, type Limiter, type Priority } from './limiter.ts';
export type { DealCreation, DealMove, EventsQuery } from './moves.ts';
export type { ExistingNote, ExistingTask } from './read-back.ts';
export type * from './reports.ts';
export { type NewDealField, WEBHOOK_SETTINGS, type Webhook } from './setup.ts';
export type { CallOptions, CallReport } from './transport.ts';
export { readWebhook } from './webhook.ts';
export { withOptions } from './with-options.ts';
export {
  type DealFieldChange,
  fieldsCall,
  MAX_BATCH,
  type NewNote,
  type NewTask,
  notesCall,
  RECOMMENDED_BATCH,
  tasksCall,
} from './writes.ts';
