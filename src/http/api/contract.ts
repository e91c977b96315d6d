/**
 * The JSON API below `/api`, as its clients see it: the schemas of all requests and answers, and the list of routes. The
 * server's routes and `GET /api/openapi.json` are made from it, and the console imports its types.
 *
 * - Times are milliseconds since 1970 unless stated otherwise. An error is `{ error }`, a sentence for a person.
 * - Authentication: `Authorization: Bearer` with the token in the data folder's lock file or one from `/api/tokens`, or
 *   the session cookie. With the cookie, every method but GET needs the header `x-stagepost: console` and an Origin that
 *   is Stagepost's own address. The same holds for `/api/setup` and `/api/session`.
 * - One-time links are `/setup#SECRET`; the page sends the secret to `POST /api/setup` as `link`.
 */
export * from './activity/contract.ts';
export * from './alerts/contract.ts';
export type { Backfill, BackfillLeftOut, BackfillList } from './backfills/contract.ts';
export type { Call, Calls } from './calls/contract.ts';
export { problem, type Role, type Side } from './common-schemas.ts';
export * from './connections/contract.ts';
export type { Coverage, CoveredCampaign, EventCoverage } from './coverage/contract.ts';
export * from './event/contract.ts';
export * from './failures/contract.ts';
export type {
  FunnelOverview,
  FunnelStage,
  LostClient,
  LostClients,
  MissedReason,
  PipelineFunnel,
  StageEntries,
  StageEntry,
  StartedCampaign,
} from './funnel/contract.ts';
export type { ConnectionHealth, Health, HealthItem, Light, Proof } from './health/contract.ts';
export type { HeldDeals, Hold, HoldDiscarded, HoldSent, Holds } from './holds/contract.ts';
export type { KommoAccessStatus } from './kommo-access/contract.ts';
export * from './now/contract.ts';
export * from './people/contract.ts';
export type { Route } from './route.ts';
export { type RouteName, type Routes, routes } from './route-list.ts';
export * from './rules/contract.ts';
export type { SearchResult, SearchResults } from './search/contract.ts';
export * from './setup/contract.ts';
export * from './sign-in/contract.ts';
export * from './subjects/contract.ts';
export * from './watches/contract.ts';
