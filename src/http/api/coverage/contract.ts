import { z } from 'zod';
import { connectionName, count, id, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** A campaign of Customer.io. */
export const coveredCampaign = z.object({
  id,
  name: z.string(),
  state: z.enum(['running', 'draft', 'stopped']),
  /** Its page in Customer.io; null where the workspace's number is not known. */
  link: z.string().nullable(),
});
export type CoveredCampaign = z.output<typeof coveredCampaign>;

/** What sends an event: a stage, or an inactivity timer by the event that starts it. */
export const eventSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stage'), pipeline: z.string(), stage: z.string() }),
  z.object({ kind: z.literal('timer'), start: z.string() }),
]);

export const eventCoverage = z.object({
  event: z.string(),
  from: z.array(eventSource),
  /**
   * `running`: a running campaign starts from it. `idle`: only drafts and stopped ones would. `none`: no campaign does. `seen`:
   * there is no App API key, and reports name a campaign. `unknown`: nothing is known.
   */
  status: z.enum(['running', 'idle', 'none', 'seen', 'unknown']),
  /** The same in a sentence or two; null where nothing is known. */
  text: z.string().nullable(),
  /** What to do; null where a running campaign starts from it, or where nothing is known. */
  todo: z.string().nullable(),
  /** At most 20, the running ones first. */
  campaigns: z.array(coveredCampaign),
  campaignCount: count,
});
export type EventCoverage = z.output<typeof eventCoverage>;

/** Running campaigns and drafts that wait for an event that no rule sends. */
export const unsentEvent = z.object({
  event: z.string(),
  /** The event that the rules send, where the names are nearly the same. */
  similarTo: z.string().nullable(),
  text: z.string(),
  campaigns: z.array(coveredCampaign),
});

export const coverage = z.object({
  connection: connectionName,
  /** `reports`: without an App API key only reports say which campaigns there are. */
  source: z.enum(['app_api', 'reports']),
  /** When the campaigns were last read; null: not yet. They are read every ten minutes. */
  readAt: ms.nullable(),
  /** Why the last reading has failed; the campaigns are then those of `readAt`. */
  failure: z.object({ message: z.string(), at: ms }).nullable(),
  /** In the order of the rules. */
  events: z.array(eventCoverage),
  /** At most 100; those whose name a rule nearly sends come first. */
  unsent: z.array(unsentEvent),
  unsentCount: count,
  /** What the list cannot show, in sentences. */
  notes: z.array(z.string()),
  /** The page with all campaigns in Customer.io. */
  campaignsLink: z.string().nullable(),
});
export type Coverage = z.output<typeof coverage>;

export const coverageParams = z.strictObject({ connection: connectionName });

/** The events of rules that are not published yet. */
export const coverageBody = z.strictObject({
  events: z
    .array(z.strictObject({ event: z.string().max(200), from: z.array(eventSource).max(200).default([]) }))
    .max(500),
});

export const coverageRoutes = {
  coverage: {
    method: 'GET',
    path: '/api/coverage/:connection',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'rules',
    summary: 'Which campaigns of Customer.io start from the events of the active rules, as last read',
    params: coverageParams,
    answer: coverage,
  },
  draftCoverage: {
    method: 'POST',
    path: '/api/coverage/:connection',
    role: 'viewer',
    scope: 'named',
    audit: null,
    readOnly: 'it compares events that the body holds',
    tag: 'rules',
    summary: 'The same for the events of rules that are not published yet',
    params: coverageParams,
    body: coverageBody,
    answer: coverage,
  },
  refreshCoverage: {
    method: 'POST',
    path: '/api/coverage/:connection/refresh',
    role: 'viewer',
    scope: 'named',
    audit: null,
    readOnly: 'it reads the campaigns of Customer.io',
    tag: 'rules',
    summary: 'The same as `GET`, after the campaigns were read from Customer.io; at most every three seconds',
    params: coverageParams,
    answer: coverage,
  },
} as const satisfies Record<string, Route>;
