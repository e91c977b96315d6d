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

/** A campaign of Customer.io that entries into a stage have started. Each number counts entries, by this campaign's emails only. */
export const startedCampaign = z.object({
  connection: connectionName,
  campaign: z.string(),
  /** Null where the list of campaigns was not read. */
  name: z.string().nullable(),
  pipeline: z.object({ id, name: z.string() }),
  stage: z.object({ id, name: z.string(), color: z.string().nullable() }),
  /** All entries into the stage. */
  entered: count,
  emailed: count,
  opened: count,
  clicked: count,
});
export type StartedCampaign = z.output<typeof startedCampaign>;

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
  /** At most 50, those with the most emails first. */
  campaigns: z.array(startedCampaign),
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
  /** Only entries that have come so far; `moved_on`: those whose deal went on; `missed`: those without an email. */
  step: z.enum(['emailed', 'opened', 'clicked', 'moved_on', 'missed']).optional(),
  /** The id of a campaign: only entries that it has emailed. */
  campaign: queryNumber.optional(),
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
  /** The stage that the deal entered next; null while it is in this one. */
  next: z.object({ pipeline: z.string(), name: z.string(), color: z.string().nullable() }).nullable(),
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

export const lostQuery = z.strictObject({
  connection: connectionName.optional(),
  /** `unsubscribed` has those who have marked an email as spam, too. */
  kind: z.enum(['unsubscribed', 'bounced']),
  ...period,
  /** The `next` of the page before. */
  before: queryNumber.optional(),
  limit: queryNumber.pipe(z.int().min(1).max(200)).default(50),
});
export const lostClient = z.object({
  connection: connectionName,
  /** The email, or where none is known the client's identifier. */
  person: z.string(),
  /** Null where it was not read. */
  client: z.string().nullable(),
  deal: z.string().nullable(),
  /** The newest deal of the client; null where none is known. */
  dealId: id.nullable(),
  what: z.enum(['unsubscribed', 'complained', 'bounced']),
  /** The event that said so, for its page; null where it is stored no more, or was no report. */
  event: id.nullable(),
  at: ms,
});
export type LostClient = z.output<typeof lostClient>;
/** The newest first; each client once. */
export const lost = z.object({ clients: z.array(lostClient), next: id.nullable() });
export type LostClients = z.output<typeof lost>;

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
  lostClients: {
    method: 'GET',
    path: '/api/funnel/lost',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'funnel',
    summary: 'The clients who unsubscribed, or whose addresses bounced, newest first',
    query: lostQuery,
    answer: lost,
  },
} as const satisfies Record<string, Route>;
