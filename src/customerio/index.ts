/** Everything that knows Customer.io: its reports, its signature, its limits and its two APIs. */
export { type AppClient, type AppOptions, createAppClient, type ReportingWebhook } from './app.ts';
export {
  BATCH_BYTES,
  BATCH_ITEMS,
  type BatchCall,
  type BatchItem,
  type BatchResult,
  type Identifiers,
  ITEM_BYTES,
  identifiersOf,
} from './batch.ts';
export { type Region, TRACK_HOSTS } from './hosts.ts';
export type { CallRecord } from './http.ts';
export { createLimiter, type Limiter } from './limiter.ts';
export { checkIdentifier, fitAttributes, fitEvent, LIMITS } from './limits.ts';
export { type ReportReading, readReport } from './report.ts';
export { type HeaderValue, type SignedRequest, signReport, type Verdict, verifyReport } from './signature.ts';
export {
  createTrackClient,
  identifyCall,
  type RegionAnswer,
  type TrackClient,
  type TrackEvent,
  type TrackOptions,
  trackCall,
} from './track.ts';
export { deterministicUlid } from './ulid.ts';
