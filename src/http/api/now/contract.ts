import { z } from 'zod';
import { METRICS } from '../../../domain/metrics.ts';
import { connectionName, count, ms, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** A metric of the rolled-up counts. */
export const metric = z.enum(METRICS);
export type Metric = z.output<typeof metric>;

export const laneState = z.object({
  /** `waiting`: until `until`. `held`: a person must act. `stopped`: this process does not run the connection. */
  state: z.enum(['open', 'waiting', 'held', 'stopped']),
  /** A sentence: why the lane does not deliver. */
  reason: z.string().nullable(),
  until: ms.nullable(),
});
export type LaneState = z.output<typeof laneState>;

export const lane = laneState.extend({
  /** Actions not yet delivered; counted up to 10,000, `waitingMore` says that there are more. */
  waiting: count,
  waitingMore: z.boolean(),
  /** When the oldest of them was created. */
  oldestAt: ms.nullable(),
  /** Dead letters, counted likewise. */
  dead: count,
  deadMore: z.boolean(),
  /** API calls in the last minute, including reads; null where another process runs the connection. */
  callsLastMinute: count.nullable(),
  /** The allowed calls in a minute, for Kommo; null for Customer.io. */
  callsAllowed: count.nullable(),
});
export type Lane = z.output<typeof lane>;

export const sideNow = z.object({
  lastWebhookAt: ms.nullable(),
  /** The last successful call, and the last failed one. */
  lastGoodCallAt: ms.nullable(),
  lastBadCallAt: ms.nullable(),
  /** Whether the token or key is accepted; `unknown` until the first call. */
  access: z.enum(['good', 'refused', 'unknown']),
});

/** The state of the connection's webhook in Kommo. */
export const hookState = z.object({
  /** `missing`: the account has no webhook to this connection. `unknown`: not checked yet, or the token has no right to. */
  state: z.enum(['good', 'disabled', 'missing', 'unknown']),
  checkedAt: ms.nullable(),
  /** What to do, or why the state is unknown. */
  words: z.string().nullable(),
});

export const connectionNow = z.object({
  name: connectionName,
  /** `standby`: another process runs it. `waiting`: see `reason`. `starting`: not known yet. */
  state: z.enum(['starting', 'running', 'standby', 'waiting', 'paused']),
  /** Also set for a running connection whose newest rules cannot be used, so that the previous version stays active. */
  reason: z.string().nullable(),
  kommo: sideNow.extend({
    url: z.string(),
    account: z.string().nullable(),
    /** How often the events log is read in the place of webhooks, s; null: Kommo sends webhooks. */
    pollEverySeconds: z.int().nullable(),
    hook: hookState,
  }),
  customerio: sideNow,
  lanes: z.object({ planning: laneState, kommo: lane, customerio: lane }),
  /** The counts since `since`, of all metrics that are not 0. */
  counts: z.partialRecord(metric, count),
  /** Requests not yet understood and events not yet planned, counted up to 10,000. */
  inbox: count,
  planning: count,
  /** Reports that wait for their person. */
  parked: count,
  /** Stage changes that are held until somebody decides. */
  held: count,
  /** Running inactivity timers. */
  watches: count,
});
export type ConnectionNow = z.output<typeof connectionNow>;

export const nowQuery = z.strictObject({
  /** The beginning of `counts`: the console sends the start of the viewer's day. Default: 24 hours ago. */
  since: queryNumber.optional(),
});
export const now = z.object({
  /** The server's clock. */
  at: ms,
  since: ms,
  version: z.string(),
  database: z.enum(['embedded', 'postgres']),
  connections: z.array(connectionNow),
  /** The time up to which the counts are complete, some seconds ago. Null while old rows are still being counted. */
  countedTo: ms.nullable(),
});
export type Now = z.output<typeof now>;

export const range = z.enum(['1h', '24h', '7d', '30d']);
export type Range = z.output<typeof range>;
/** Without `connection`: the sum of all connections. */
export const chartsQuery = z.strictObject({
  connection: connectionName.optional(),
  range: range.default('24h'),
  /** The time zone of the days in the range of 30 days: `Europe/Lisbon`. Default: UTC. */
  zone: z.string().min(1).max(60).optional(),
});
export const charts = z.object({
  range,
  /** As requested; `UTC` for an unknown zone. In zones whose offset is not in whole hours, days begin at the next full hour. */
  zone: z.string(),
  /** The beginning of each bucket, and the end of the last. Days may be an hour longer or shorter. */
  starts: z.array(ms),
  end: ms,
  /** One number for each bucket, for each metric that is not always 0. */
  series: z.partialRecord(metric, z.array(count)),
});
export type Charts = z.output<typeof charts>;

export const nowRoutes = {
  now: {
    method: 'GET',
    path: '/api/now',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'now',
    summary: 'The state of all connections',
    query: nowQuery,
    answer: now,
  },
  charts: {
    method: 'GET',
    path: '/api/charts',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'now',
    summary: 'Counts over time',
    query: chartsQuery,
    answer: charts,
  },
} as const satisfies Record<string, Route>;
