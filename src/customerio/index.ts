/** The public interface of this room: Customer.io's reports, signature, limits and two APIs. */
export { type AppClient, createAppClient, type ReportingWebhook } from './app-api/app.ts';
export type { CallRecord } from './call.ts';
export { eventId } from './event-id.ts';
export { TRACK_HOSTS } from './hosts.ts';
export { readReport } from './reports/read-report.ts';
export { type RefusalCode, reportHeadersProblem, signReport, verifyReport } from './reports/signature.ts';
export {
  BATCH_BYTES,
  BATCH_ITEMS,
  type BatchCall,
  type BatchItem,
  type BatchResult,
  ITEM_BYTES,
} from './track/batch.ts';
export { fitAttributes, fitEvent } from './track/limits.ts';
export { createTrackClient, type RegionAnswer, type TrackClient } from './track/track.ts';
export { batchItemOf, CUSTOMERIO_CALLS, fitsV2, requestOf, sendWrite } from './track/writes.ts';
