import { z } from 'zod';
import { FAILURE_CODES } from '../../../domain/errors.ts';
import { OWNERS } from '../../../failures/advice.ts';
import { URGENCIES } from '../../../failures/urgency.ts';
import {
  actionKind,
  actionNames,
  connectionName,
  count,
  failureClass,
  id,
  ms,
  side,
} from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** The most ids in one request; more than any chunk of a replay needs. */
const MAX_IDS = 1_000;
/** The most ids in a selection; as many as fit into the body limit. */
const MAX_SELECTED = 10_000;
const MAX_LISTED = 1_000;

const ids = (most: number) => z.array(id).min(1).max(most);

/** A filter for dead letters; without any key it matches all. Times: when they became dead letters, ms, both included. */
export const wanted = z.strictObject({
  ids: ids(MAX_SELECTED).optional(),
  connection: z.string().optional(),
  deal: id.optional(),
  /** A part of the error message, ignoring case; "…" stands for any text. */
  reason: z.string().min(1).max(1_000).optional(),
  since: ms.optional(),
  until: ms.optional(),
});
/** One chunk of a plan, with the plan's `until`. */
export const replayBody = z.strictObject({ ids: ids(MAX_IDS), until: ms.optional() });
export const progressBody = z.strictObject({ ids: ids(MAX_IDS) });
export const discardBody = wanted.extend({ why: z.string().trim().min(1).max(1_000) });

const number = z.coerce.number().pipe(ms);
export const failuresQuery = z.strictObject({
  /** Separated by commas. */
  ids: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(ids(MAX_IDS))
    .optional(),
  connection: z.string().optional(),
  deal: number.optional(),
  reason: z.string().min(1).max(1_000).optional(),
  since: number.optional(),
  until: number.optional(),
});
export const failuresPage = failuresQuery.extend({
  above: number.default(0),
  limit: number.pipe(z.number().min(1).max(MAX_LISTED)).default(200),
});

export const deadLetter = z.object({
  id,
  connection: z.string(),
  lane: side,
  kind: actionKind,
  dealId: id.nullable(),
  /** The names of the deal and of its main contact; null where they were not read. */
  deal: z.string().nullable(),
  client: z.string().nullable(),
  person: z.string().nullable(),
  /** The title of the rule; null where none applied. */
  rule: z.string().nullable(),
  failure: failureClass.nullable(),
  /** The error message; null after the retention time. */
  words: z.string().nullable(),
  /** When it became a dead letter. */
  at: ms,
  attempts: count,
  /** The action that it waits for, where that is a dead letter, too. */
  afterId: id.nullable(),
  /** The contents were removed after the retention time. */
  removed: z.boolean(),
});
export type DeadLetter = z.output<typeof deadLetter>;

export const failureGroup = z.object({
  connection: z.string(),
  lane: side,
  kind: actionKind,
  names: actionNames,
  failure: failureClass.nullable(),
  /** The cause, where Stagepost knows it. */
  code: z.enum(FAILURE_CODES).nullable(),
  /** The error message, with "…" for parts that differ. */
  words: z.string().nullable(),
  removed: z.boolean(),
  /** `email`: a client gets no email, or a wrong one. `deal`: a deal in Kommo lacks something. `none`: only to be dismissed. */
  urgency: z.enum(URGENCIES),
  /** The rule at fault, by its part and name; null where the cause is not in one rule. */
  rule: z
    .object({ part: z.enum(['stages', 'reactions', 'inactivity']), name: z.string(), title: z.string() })
    .nullable(),
  /** The deal field that could not be set. */
  field: z.string().nullable(),
  count,
  /** How many deals are affected, counting people without a deal. */
  subjects: count,
  /** What was not sent because an action of this group has failed. Retrying or dismissing the group includes it. */
  followers: z.array(z.object({ kind: actionKind, names: actionNames, count })),
  first: ms,
  last: ms,
  /** Who can fix it, and how. */
  owner: z.enum(OWNERS),
  todo: z.string(),
  /** The oldest few, each of another deal or person. */
  examples: z.array(deadLetter),
});
export type FailureGroup = z.output<typeof failureGroup>;

export const failures = z.object({
  total: count,
  last: ms.nullable(),
  /** The most urgent first, then the largest. */
  groups: z.array(failureGroup),
});
export type Failures = z.output<typeof failures>;

/** `next` is the `above` of the next page, or null. */
export const failureList = z.object({ letters: z.array(deadLetter), next: id.nullable() });

const sideEstimate = z.object({
  connection: z.string(),
  lane: side,
  kinds: z.array(z.object({ kind: actionKind, names: actionNames, count })),
  calls: count,
  callsPerSecond: z.number(),
  leastSeconds: z.number(),
});

export const replayPlan = z.object({
  /** All actions to replay, dependency groups together, the oldest first. Send them in chunks of 500. */
  ids: z.array(id),
  /** How many of these were not selected, but depend on a selected action or a selected action on them. */
  alongside: count,
  /** When the last of them became a dead letter. Send it with `replay`. */
  until: ms,
  sides: z.array(sideEstimate),
  calls: count,
  /** The shortest duration, if nothing fails. */
  leastSeconds: z.number(),
  /** How many cannot be replayed, by cause. */
  blocked: z.object({ removed: count, discarded: count }),
  /** Events older than 72 hours: Customer.io stores them and starts no campaign. */
  oldEvents: count,
  /** How many notes and tasks are read back from Kommo first, since the outcome of their last call is unknown. */
  unsure: count,
});
export type ReplayPlan = z.output<typeof replayPlan>;

export const replayed = z.object({ taken: z.array(id), blocked: z.array(id) });

export const progress = z.object({
  counts: z.object({
    waiting: count,
    ready: count,
    sending: count,
    done: count,
    dead: count,
    dropped: count,
  }),
  tryingAgain: z.array(id),
  refused: z.array(
    z.object({ connection: z.string(), lane: side, kind: actionKind, words: z.string(), count }),
  ),
  dropped: z.array(z.object({ words: z.string(), count })),
  /** A lane that does not deliver, with its error message. */
  stopped: z
    .object({
      connection: z.string(),
      lane: side,
      failure: z.enum(['unauthorized', 'throttled']),
      words: z.string(),
    })
    .nullable(),
});
export type Progress = z.output<typeof progress>;

export const discarded = z.object({ discarded: count });

export const waitingQuery = z.strictObject({ connection: connectionName });
export const waitingWork = z.object({
  /** Actions that are not delivered yet, by kind. */
  actions: z.array(z.object({ kind: actionKind, names: actionNames, count })),
  /** Stage changes and reports that are not processed yet. */
  events: count,
  /** How many deals are among them. */
  deals: count,
  /** A few of them, by name where it was read. */
  examples: z.array(z.object({ dealId: id, deal: z.string().nullable(), client: z.string().nullable() })),
  /** There is more than was counted: 1,000 actions and 1,000 events at most. */
  isMore: z.boolean(),
});
export type WaitingWork = z.output<typeof waitingWork>;

export const failureRoutes = {
  failures: {
    method: 'GET',
    path: '/api/failures',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'failures',
    summary: 'Dead letters by cause, with who can fix them and how',
    query: failuresQuery,
    answer: failures,
    speaks: true,
  },
  failureList: {
    method: 'GET',
    path: '/api/failures/list',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'failures',
    summary: 'Single dead letters, by id',
    query: failuresPage,
    answer: failureList,
  },
  waitingWork: {
    method: 'GET',
    path: '/api/failures/waiting',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'failures',
    summary: 'What waits to be processed or delivered for a connection, and for which deals',
    query: waitingQuery,
    answer: waitingWork,
    speaks: true,
  },
  replayPlan: {
    method: 'POST',
    path: '/api/replay/plan',
    role: 'viewer',
    scope: 'named',
    audit: null,
    readOnly: 'it computes a plan',
    tag: 'failures',
    summary: 'The plan of a replay; changes nothing',
    body: wanted,
    answer: replayPlan,
    speaks: true,
  },
  replay: {
    method: 'POST',
    path: '/api/replay',
    role: 'editor',
    scope: 'filtered',
    audit: 'replay',
    tag: 'failures',
    summary: 'Requeues one chunk of dead letters. To stop a replay, send no further chunk',
    body: replayBody,
    answer: replayed,
  },
  replayProgress: {
    method: 'POST',
    path: '/api/replay/progress',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    readOnly: 'it reads states, and the ids do not fit into an address',
    tag: 'failures',
    summary: 'The states of the actions of a replay',
    body: progressBody,
    answer: progress,
  },
  discard: {
    method: 'POST',
    path: '/api/discard',
    role: 'editor',
    scope: 'named',
    audit: 'discard',
    tag: 'failures',
    summary: 'Discards dead letters, with a reason',
    body: discardBody,
    answer: discarded,
  },
} as const satisfies Record<string, Route>;
