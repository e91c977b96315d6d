import { z } from 'zod';
import { ACTION_METRICS } from '../../../domain/actions.ts';
import { connectionName, count, ms, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** What is counted, from rolled-up counts. */
export const metric = z.enum([
  /** Webhooks that came in. */
  'webhooks_kommo',
  'webhooks_customerio',
  /** Deals that moved or were created; changes of deals and contacts; reports of Customer.io; watches that ran out. */
  'moves',
  'changes',
  'reports',
  'inactivity',
  /** Moves that no webhook had reported, found in Kommo's events log. */
  'repaired',
  /** What was done: events sent, people identified, notes, and so on for each kind of action. */
  ...ACTION_METRICS,
  /** Actions that became dead letters. */
  'failures',
  /** API calls for deliveries. */
  'calls_kommo',
  'calls_kommo_failed',
  'calls_customerio',
  'calls_customerio_failed',
]);
export type Metric = z.output<typeof metric>;

export const laneState = z.object({
  /** `waiting`: by itself until `until`. `held`: somebody must act. `stopped`: the connection is not run here. */
  state: z.enum(['open', 'waiting', 'held', 'stopped']),
  /** Why it does not deliver, in words. */
  reason: z.string().nullable(),
  until: ms.nullable(),
});
export type LaneState = z.output<typeof laneState>;

export const lane = laneState.extend({
  /** Actions not yet delivered; counted up to 10,000, `waitingMore` says that there are more. */
  waiting: count,
  waitingMore: z.boolean(),
  /** When the oldest of them was made. */
  oldestAt: ms.nullable(),
  /** Dead letters, counted likewise. */
  dead: count,
  deadMore: z.boolean(),
  /** API calls in the last minute, reads too; null where another process runs the connection. */
  callsLastMinute: count.nullable(),
  /** How many are allowed: 7 a second of Kommo's; null for Customer.io. */
  callsAllowed: count.nullable(),
});
export type Lane = z.output<typeof lane>;

export const sideNow = z.object({
  lastWebhookAt: ms.nullable(),
  /** The last call that was answered well, and the last that was not. */
  lastGoodCallAt: ms.nullable(),
  lastBadCallAt: ms.nullable(),
  /** Whether the token or key is accepted; `unknown` until the first call. */
  access: z.enum(['good', 'refused', 'unknown']),
});

/** Kommo's webhook as Kommo has it. */
export const hookState = z.object({
  /** `missing`: no webhook of the account comes to this connection. `unknown`: not looked at yet, or not allowed to. */
  state: z.enum(['good', 'disabled', 'missing', 'unknown']),
  checkedAt: ms.nullable(),
  /** What to do, or why it is not known. */
  words: z.string().nullable(),
});

export const connectionNow = z.object({
  name: connectionName,
  /** `standby`: another process runs it. `waiting`: see `reason`. `starting`: a moment. */
  state: z.enum(['starting', 'running', 'standby', 'waiting']),
  /** Also of one that runs, where the rules that were published last cannot be run: those before go on. */
  reason: z.string().nullable(),
  kommo: sideNow.extend({ url: z.string(), account: z.string().nullable(), hook: hookState }),
  customerio: sideNow,
  lanes: z.object({ planning: laneState, kommo: lane, customerio: lane }),
  /** Since `since`: all metrics that are not 0. */
  counts: z.partialRecord(metric, count),
  /** Requests not yet understood and events not yet planned, counted up to 10,000. */
  inbox: count,
  planning: count,
  /** Reports that wait for a person to appear. */
  parked: count,
  /** Running inactivity timers. */
  watches: count,
});
export type ConnectionNow = z.output<typeof connectionNow>;

export const nowQuery = z.strictObject({
  /** From when `counts` count: the console sends the beginning of the viewer's day. Default: 24 hours ago. */
  since: queryNumber.optional(),
});
export const now = z.object({
  /** The server's clock. */
  at: ms,
  since: ms,
  version: z.string(),
  database: z.enum(['embedded', 'postgres']),
  connections: z.array(connectionNow),
  /** Up to when the counts are complete: they follow some seconds behind. Null while old rows are still being counted. */
  countedTo: ms.nullable(),
});
export type Now = z.output<typeof now>;

export const range = z.enum(['1h', '24h', '7d', '30d']);
export type Range = z.output<typeof range>;
/** Without `connection`: all of them together. */
export const chartsQuery = z.strictObject({
  connection: connectionName.optional(),
  range: range.default('24h'),
  /** Whose days the range of 30 days is made of: `Europe/Lisbon`. Default: UTC. */
  zone: z.string().min(1).max(60).optional(),
});
export const charts = z.object({
  range,
  /** As asked for; `UTC` where it is not known here. Where a zone is not whole hours from UTC, days begin at the next full hour. */
  zone: z.string(),
  /** The beginning of each bucket, and the end of the last. Days may be an hour longer or shorter. */
  starts: z.array(ms),
  end: ms,
  /** For each metric that is not 0 throughout, one number for each bucket. */
  series: z.partialRecord(metric, z.array(count)),
});
export type Charts = z.output<typeof charts>;

export const nowRoutes = {
  now: {
    method: 'GET',
    path: '/api/now',
    role: 'viewer',
    tag: 'now',
    summary: 'The state of everything, in one glance',
    query: nowQuery,
    answer: now,
  },
  charts: {
    method: 'GET',
    path: '/api/charts',
    role: 'viewer',
    tag: 'now',
    summary: 'Counts over time',
    query: chartsQuery,
    answer: charts,
  },
} as const satisfies Record<string, Route>;
