/** The public interface of this room: Customer.io's reports, signature, limits and two APIs. */
export type { Activity } from './app-api/activities.ts';
export { type AppCalls, type AppClient, createAppClient } from './app-api/app.ts';
export type { Message } from './app-api/messages.ts';
export type { IdType } from './app-api/people.ts';
export type { NewReportingWebhook, ReportingWebhook } from './app-api/setup.ts';
export type { SubscriptionPreferences } from './app-api/subscriptions.ts';
export type { CallRecord } from './call.ts';
export { eventId, eventIdTime } from './event-id.ts';
export { PAGE_HOSTS, TRACK_HOSTS } from './hosts.ts';
export { campaignPage, campaignsPage, personPage } from './pages.ts';
export { REFUSAL_TYPES, type Refusal, refusalsIn } from './refusals.ts';
export { LargeReport } from './reports/large-report.ts';
export { readReport } from './reports/read-report.ts';
export { REPORT_ACTIVITIES, type ReportActivity, reportOfActivity } from './reports/report-of-activity.ts';
export { type RefusalCode, reportHeadersProblem, signReport, verifyReport } from './reports/signature.ts';
export { readSigningKey } from './service-account.ts';
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
export { batchItemOf, customerioCall, fitsV2, requestOf, sendWrite } from './track/writes.ts';
