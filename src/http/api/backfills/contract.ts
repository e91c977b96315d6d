import { z } from 'zod';
import { BACKFILL_STATES, LEFT_OUT_OUTCOMES, SENT_OUTCOMES } from '../../../domain/backfill.ts';
import { connectionName, count, id, idParams, ms, ok, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

const MOST_LISTED = 1_000;

const unixSeconds = z.int();

/** A stage by its names or ids. */
const stage = z.strictObject({
  pipeline: z.string().min(1).max(200),
  stage: z.string().min(1).max(200).optional(),
});

export const backfillFilter = z.strictObject({
  /** Without a stage: all of the pipeline. Default: all but incoming leads. */
  stages: z.array(stage).max(200).optional(),
  /** Unix seconds; both ends are included. */
  createdFrom: unixSeconds.optional(),
  createdTo: unixSeconds.optional(),
  updatedFrom: unixSeconds.optional(),
  updatedTo: unixSeconds.optional(),
  /** Responsible users by name, email or id. */
  owners: z.array(z.string().min(1).max(200)).max(100).optional(),
  /** A field of deals and the value that it has, as text; an empty text: no value. */
  field: z.strictObject({ name: z.string().min(1).max(200), value: z.string().max(1_000) }).optional(),
  /** Deals without an email address are passed over instead of listed as left out. */
  hasEmail: z.boolean().optional(),
});

const outcome = z.enum([...SENT_OUTCOMES, ...LEFT_OUT_OUTCOMES]);
const counts = z.object({
  /** Deals by outcome; outcomes without a deal are missing. */
  deals: z.partialRecord(outcome, count),
  newPeople: count,
  updatedPeople: count,
  stages: z.array(z.object({ pipelineId: z.int(), stageId: z.int(), event: z.string(), deals: count })),
});

const leftOutDeal = z.object({
  dealId: id,
  outcome: z.enum(LEFT_OUT_OUTCOMES),
  /** A sentence. */
  detail: z.string(),
  link: z.string(),
});

export const backfill = z.object({
  id,
  connection: connectionName,
  state: z.enum(BACKFILL_STATES),
  /** What its filter asks for; empty: all deals. */
  conditions: z.array(z.string()),
  /** Null until it was worked out. */
  plan: z
    .object({
      counts,
      deals: count,
      /** Deals that were read for the plan. */
      read: count,
      /** False: the sums are an estimate from the deals that were read. */
      isExact: z.boolean(),
      /** People in the workspace, up to two hours ago; null where Customer.io was not asked. */
      workspacePeople: count.nullable(),
      kommoCalls: count,
      customerioCalls: count,
      seconds: count,
    })
    .nullable(),
  counts,
  /** Deals that are done. */
  done: count,
  /** Deals a second. */
  perSecond: z.number().nullable(),
  secondsLeft: count.nullable(),
  /** Deals that stand in stages with a rule, and whose client is in Customer.io. */
  stages: z.array(
    z.object({
      pipelineId: z.int(),
      stageId: z.int(),
      title: z.string(),
      event: z.string(),
      deals: count,
    }),
  ),
  /** Stages for which events were asked for, and the hold in which they wait; null until there is one. */
  eventStages: z.array(z.object({ title: z.string(), holdId: id.nullable() })),
  /** Some deals of each reason for which nobody is sent. */
  examples: z.array(leftOutDeal),
  /** Why it cannot go on. */
  problem: z.string().nullable(),
  createdBy: z.string(),
  createdAt: ms,
  startedAt: ms.nullable(),
  endedAt: ms.nullable(),
});

export type Backfill = z.output<typeof backfill>;

export const backfills = z.object({ backfills: z.array(backfill) });

export type BackfillList = z.output<typeof backfills>;

export const leftOut = z.object({
  deals: z.array(leftOutDeal),
  /** The `above` of the next page, or null. */
  next: id.nullable(),
});

export type BackfillLeftOut = z.output<typeof leftOut>;

const common = { role: 'editor', scope: 'filtered', tag: 'backfills' } as const;

export const backfillRoutes = {
  backfills: {
    method: 'GET',
    path: '/api/backfills',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'backfills',
    summary: 'The latest backfills: deals that are in Kommo already, brought to Customer.io',
    query: z.strictObject({ connection: connectionName.optional() }),
    answer: backfills,
  },
  backfill: {
    ...common,
    method: 'GET',
    path: '/api/backfills/:id',
    role: 'viewer',
    audit: null,
    summary: 'A backfill with its plan, its progress and examples of deals that are left out',
    params: idParams,
    answer: backfill,
  },
  backfillCreate: {
    ...common,
    method: 'POST',
    path: '/api/backfills',
    scope: 'named',
    audit: 'backfill_planned',
    summary: 'Makes a backfill and works out its plan; nothing is sent',
    body: z.strictObject({ connection: connectionName, filter: backfillFilter.default({}) }),
    answer: z.object({ id }),
  },
  backfillStart: {
    ...common,
    method: 'POST',
    path: '/api/backfills/:id/start',
    audit: 'backfill_started',
    summary: 'Confirms the plan of a backfill',
    params: idParams,
    /** `events`: stages for whose deals events are prepared. They are held until somebody decides. */
    body: z.strictObject({ events: z.array(stage).max(100).default([]) }),
    answer: ok,
  },
  backfillPause: {
    ...common,
    method: 'POST',
    path: '/api/backfills/:id/pause',
    audit: 'backfill_paused',
    summary: 'Pauses a backfill',
    params: idParams,
    answer: ok,
  },
  backfillResume: {
    ...common,
    method: 'POST',
    path: '/api/backfills/:id/resume',
    audit: 'backfill_resumed',
    summary: 'Goes on with a paused backfill',
    params: idParams,
    answer: ok,
  },
  backfillStop: {
    ...common,
    method: 'POST',
    path: '/api/backfills/:id/stop',
    audit: 'backfill_stopped',
    summary: 'Ends a backfill; what was sent stays',
    params: idParams,
    answer: ok,
  },
  backfillLeftOut: {
    ...common,
    method: 'GET',
    path: '/api/backfills/:id/left-out',
    role: 'viewer',
    audit: null,
    summary: 'The deals of a backfill of which nobody is sent, by their ids, with the reasons',
    params: idParams,
    query: z.strictObject({
      above: queryNumber.default(0),
      limit: queryNumber.pipe(z.number().min(1).max(MOST_LISTED)).default(100),
    }),
    answer: leftOut,
  },
} as const satisfies Record<string, Route>;
