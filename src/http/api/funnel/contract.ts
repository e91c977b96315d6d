import { z } from 'zod';
import { MISSED_REASONS } from '../../../domain/funnel/missed-email.ts';
import { connectionName, count, id, ms, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** Why an entry into a stage has led to no email; src/domain/funnel/missed-email.ts explains each. */
export const missedReason = z.enum(MISSED_REASONS);
export type MissedReason = z.output<typeof missedReason>;

/** A stage of a pipeline. Each number counts entries of deals into it, so none is larger than `entered`. */
export const funnelStage = z.object({
  id,
  name: z.string(),
  /** In Kommo: `#99ccff`. */
  color: z.string().nullable(),
  /** The event that the stage's rule sends now; null where the stage has no rule. */
  event: z.string().nullable(),
  /** The running campaigns of Customer.io that start from it, as far as they are known; at most 5. */
  campaigns: z.array(z.string()),
  entered: count,
  /** An email that the entry has started was sent, and did not come back. */
  emailed: count,
  /** By a person. */
  opened: count,
  clicked: count,
  /** The deal went on to a later stage or to another pipeline. */
  movedOn: count,
});
export type FunnelStage = z.output<typeof funnelStage>;

export const pipelineFunnel = z.object({
  connection: connectionName,
  id,
  name: z.string(),
  entered: count,
  /** In Kommo's order: stages with a rule, and those that were entered. */
  stages: z.array(funnelStage),
});
export type PipelineFunnel = z.output<typeof pipelineFunnel>;

/** When deals entered their stages, in ms: from `since` on, before `until`. Default: the last seven days. */
const period = { since: queryNumber.optional(), until: queryNumber.optional() };

export const funnelQuery = z.strictObject({
  connection: connectionName.optional(),
  /** The id of a pipeline. */
  pipeline: queryNumber.optional(),
  ...period,
});
export const funnel = z.object({
  since: ms,
  until: ms,
  /** When the first entry that is stored happened; null: there is none. */
  firstAt: ms.nullable(),
  /** The numbers are complete up to this time, some seconds ago. Null while older ones are still being counted. */
  countedTo: ms.nullable(),
  /** All pipelines there are, whichever is asked for. */
  pipelines: z.array(z.object({ connection: connectionName, id, name: z.string() })),
  /** At most 20, those with the most entries first. */
  funnels: z.array(pipelineFunnel),
  /** How many funnels are left out. */
  more: count,
  /** How many entries have led to no email, by the reason, the most frequent first; `no_rule` is the last one. */
  missed: z.array(z.object({ reason: missedReason, count })),
  /** In all pipelines: clients who have unsubscribed or marked an email as spam, and addresses that have bounced. */
  unsubscribed: count,
  bounced: count,
  /** Medians of the latest 500 stage changes of each connection, in all pipelines, in ms; null where there is none. */
  times: z.object({ accepted: ms.nullable(), emailed: ms.nullable() }),
});
export type FunnelOverview = z.output<typeof funnel>;

export const entriesQuery = z.strictObject({
  connection: connectionName.optional(),
  pipeline: queryNumber.optional(),
  stage: queryNumber.optional(),
  /** Only entries that have come so far; `missed`: those without an email. */
  step: z.enum(['emailed', 'opened', 'clicked', 'missed']).optional(),
  reason: missedReason.optional(),
  ...period,
  /** The `next` of the page before. */
  before: queryNumber.optional(),
  limit: queryNumber.pipe(z.int().min(1).max(200)).default(50),
});
export const stageEntry = z.object({
  /** The id of the stage change, for its page. */
  event: id,
  connection: connectionName,
  dealId: id,
  /** The name of the deal, and of the client; null where they were not read. */
  deal: z.string().nullable(),
  client: z.string().nullable(),
  /** The client's identifier in Customer.io; null where nobody is known. */
  person: z.string().nullable(),
  /** The deal's page in Kommo. */
  link: z.string(),
  pipeline: z.string(),
  stage: z.object({ name: z.string(), color: z.string().nullable() }),
  enteredAt: ms,
  /** Why there was no email; null where there was one. */
  missed: missedReason.nullable(),
  /** The same in a sentence, where Stagepost has decided it. */
  why: z.string().nullable(),
  openedAt: ms.nullable(),
  clickedAt: ms.nullable(),
});
export type StageEntry = z.output<typeof stageEntry>;
/** The newest first. */
export const entries = z.object({ entries: z.array(stageEntry), next: id.nullable() });
export type StageEntries = z.output<typeof entries>;

export const funnelRoutes = {
  funnel: {
    method: 'GET',
    path: '/api/funnel',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'funnel',
    summary:
      'How many deals entered each stage, and how many of them were emailed, opened, clicked and moved on',
    query: funnelQuery,
    answer: funnel,
  },
  stageEntries: {
    method: 'GET',
    path: '/api/funnel/entries',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'funnel',
    summary: 'The deals behind the numbers, newest first, with the reason where one was not emailed',
    query: entriesQuery,
    answer: entries,
  },
} as const satisfies Record<string, Route>;
