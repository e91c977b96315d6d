/** Everything that knows Customer.io: its reports, its signature, its limits and its two APIs. */
export { type AppClient, type AppOptions, createAppClient, type ReportingWebhook } from './app-api/app.ts';
export { eventId } from './event-id.ts';
export { type Region, TRACK_HOSTS } from './hosts.ts';
export type { CallRecord } from './http.ts';
export { type ReportReading, readReport } from './reports/read-report.ts';
export {
  type HeaderValue,
  type SignedRequest,
  signReport,
  type Verdict,
  verifyReport,
} from './reports/signature.ts';
export {
  BATCH_BYTES,
  BATCH_ITEMS,
  type BatchCall,
  type BatchItem,
  type BatchResult,
  type Identifiers,
  ITEM_BYTES,
} from './track/batch.ts';
export { fitAttributes, fitEvent, LIMITS } from './track/limits.ts';
export {
  createTrackClient,
  type RegionAnswer,
  type TrackClient,
  type TrackEvent,
  type TrackOptions,
} from './track/track.ts';
export {
  batchItemOf,
  CUSTOMERIO_CALLS,
  fitsV2,
  requestOf,
  sendWrite,
} from './track/writes.ts';
