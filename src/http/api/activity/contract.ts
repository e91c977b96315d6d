import { z } from 'zod';
import { MAIL_STATES, type MailState } from '../../../domain/consent/mail-state.ts';
import { EVENT_OUTCOMES, type EventOutcome } from '../../../domain/event-outcome.ts';
import { EVENT_KINDS } from '../../../domain/events.ts';
import { NO_EMAIL_REASONS, type NoEmailReason } from '../../../domain/plan/no-email.ts';
import { languageCodes } from '../../../languages/languages.ts';
import { connectionName, count, id, ms, queryNumber } from '../common-schemas.ts';
import type { Route } from '../route.ts';

export const eventKind = z.enum(EVENT_KINDS);
export type EventKind = z.output<typeof eventKind>;

/** `to_customerio`: what happened in Kommo. `to_kommo`: what Customer.io reports. `clock`: a watch ran out. */
export const direction = z.enum(['to_customerio', 'to_kommo', 'clock']);
export type Direction = z.output<typeof direction>;

/** The outcome of an event; domain/event-outcome.ts explains each. With `nothing`, `reason` says why. */
export const outcome = z.enum(EVENT_OUTCOMES);
export type Outcome = EventOutcome;

export type { MailState };

/** Why no email was due; domain/plan/no-email.ts explains each. */
export const noEmailReason = z.enum(NO_EMAIL_REASONS);
export type { NoEmailReason };

export const activityRow = z.object({
  id,
  connection: connectionName,
  kind: eventKind,
  direction,
  /** `deal_won`, `email_opened`; null where it has none. */
  name: z.string().nullable(),
  /** A sentence: `Deal 5 moved from "New" to "Won" (Sales)`; of a message `Ann Lee · "Your demo is booked"`. */
  title: z.string(),
  /** A message of Customer.io, whose reports are one row; null for other events, and for a report shown by itself. */
  message: z
    .object({
      /** The same for all reports of the message, of this connection. */
      key: z.string(),
      /** The report that has led to most: one that failed before one that was done, then the furthest step. */
      report: id,
      /** Whom it went to, and `"Your demo is booked"`. */
      to: z.string(),
      subject: z.string(),
      /** `delivered, opened 12 seconds later`; empty where no report says how far it came. */
      progress: z.string(),
      /** The last step: `opened`. */
      state: z.string(),
      tone: z.enum(['good', 'neutral', 'bad']),
      /** The names of its reports: `email_delivered`, `email_opened`. */
      names: z.array(z.string()),
    })
    .nullable(),
  /** A report of a message: what has sent it, `Campaign "Onboarding"`; null where that is not known. */
  sender: z.string().nullable(),
  dealId: id.nullable(),
  /** The name of the deal, and of the client; null where they were not read. */
  deal: z.string().nullable(),
  person: z.string().nullable(),
  client: z.string().nullable(),
  /** When it happened, to the second, and when Stagepost received it. */
  occurredAt: ms,
  at: ms,
  outcome,
  /** Why nothing was done, or what the event waits for. */
  reason: z.string().nullable(),
  /** The rule that applied. */
  rule: z.string().nullable(),
  /** Its actions by state. */
  actions: z.object({ done: count, open: count, failed: count, dropped: count }),
  /** Why no email was due; null where one was, where none is the subject, and for events that were planned before it was stored. */
  noEmail: noEmailReason.nullable(),
  /** How many webhooks have reported it. */
  reports: count,
  /** Moves and inactivity: whether the client could get email when it was planned; null where that was not determined. */
  clientState: z.enum(MAIL_STATES).nullable(),
  /** Whether no webhook had reported the move, so that it was found in Kommo's events log. */
  repaired: z.boolean(),
});
export type ActivityRow = z.output<typeof activityRow>;

const filter = {
  connection: connectionName.optional(),
  direction: direction.optional(),
  kind: eventKind.optional(),
  /** The event's or report's name. */
  name: z.string().min(1).max(200).optional(),
  deal: queryNumber.optional(),
  /** An email, or the person's identifier in Customer.io. */
  email: z.string().trim().min(1).max(300).optional(),
  /** Stage changes into a stage: `PIPELINE-STAGE`, such as `7001-142`, with the ids of Kommo. */
  stage: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'is not PIPELINE-STAGE, such as 7001-142')
    .optional(),
  /** Stage changes and timers for which no email was due, by the reason. */
  reason: noEmailReason.optional(),
  /** The title of the rule that applied: `Sales / Won → deal_won`. */
  rule: z.string().min(1).max(500).optional(),
  /** Messages of a campaign, by its id in Customer.io. */
  campaign: queryNumber.optional(),
  /** Events of the deals of a user in Kommo, by the user's id. */
  owner: queryNumber.optional(),
  outcome: outcome.optional(),
  repaired: z.literal('true').optional(),
  /** `nothing`: leaves out events without consequences. */
  hide: z.literal('nothing').optional(),
};
/**
 * Newest first. The reports of a message are one row, at the place of the latest report that matches. `before` is the `next` of the page before.
 */
export const activityQuery = z.strictObject({
  ...filter,
  /** When Stagepost received the event, ms: from `since` on, before `until`. */
  since: queryNumber.optional(),
  until: queryNumber.optional(),
  before: queryNumber.optional(),
  limit: queryNumber.pipe(z.int().min(1).max(200)).default(50),
});
export const activity = z.object({
  rows: z.array(activityRow),
  /**
   * The `before` of the next page; null at the end. One request reads a bounded number of events, so a page may have fewer
   * rows than `limit`, or none, and still have a `next`. `searchedTo` is how far back the request has read.
   */
  next: id.nullable(),
  searchedTo: ms.nullable(),
});
export type Activity = z.output<typeof activity>;

const options = <V extends z.ZodType>(value: V) => z.array(z.object({ value, label: z.string() }));
/** What the filters can select. Stages, rules, campaigns and owners only of one connection. */
export const activityOptions = z.object({
  reasons: z.array(noEmailReason),
  /** Since when reasons, and owners, are stored with events, ms; null where they are stored with all. */
  reasonsSince: ms.nullable(),
  /** `PIPELINE-STAGE`, in the order of Kommo. */
  stages: options(z.string()),
  rules: z.array(z.string()),
  campaigns: options(id),
  owners: options(id),
  ownersSince: ms.nullable(),
});
export type ActivityOptions = z.output<typeof activityOptions>;

export const streamQuery = z.strictObject({
  ...filter,
  /** Instead of `Accept-Language`, which a browser’s `EventSource` cannot set. */
  language: z.enum(languageCodes).optional(),
});
/**
 * One message of the stream (`event: rows`): new rows and rows that have changed, the oldest first. `missed`: there were
 * more than one message holds; load the list again. Other messages: `event: hello` (`{}`) at the start, `event: bye`
 * (`{ error }`) when the sign-in has ended, and comments as a heartbeat every 15 s. `id:` is the newest event's id;
 * the browser sends it back as Last-Event-ID.
 */
export const streamRows = z.object({ rows: z.array(activityRow), missed: z.boolean() });
export type StreamRows = z.output<typeof streamRows>;

export const activityRoutes = {
  activity: {
    method: 'GET',
    path: '/api/activity',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'activity',
    summary: 'Events, newest first',
    query: activityQuery,
    answer: activity,
    speaks: true,
  },
  activityOptions: {
    method: 'GET',
    path: '/api/activity/options',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'activity',
    summary: 'The values that the filters of the activity can select',
    query: z.strictObject({ connection: connectionName.optional() }),
    answer: activityOptions,
  },
  activityStream: {
    method: 'GET',
    path: '/api/activity/stream',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'activity',
    summary: 'New and changed events as they come (server-sent events)',
    query: streamQuery,
    answer: streamRows,
    speaks: true,
    stream: true,
  },
} as const satisfies Record<string, Route>;
