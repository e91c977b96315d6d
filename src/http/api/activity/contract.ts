import { z } from 'zod';
import { EVENT_OUTCOMES, type EventOutcome } from '../../../domain/event-outcome.ts';
import {
  actionKind,
  connectionName,
  count,
  failureClass,
  id,
  json,
  ms,
  queryNumber,
  side,
} from '../contract-shared.ts';

export const eventKind = z.enum([
  'deal_moved',
  'deal_changed',
  'deal_deleted',
  'contact_changed',
  'mail_report',
  'inactivity',
]);
export type EventKind = z.output<typeof eventKind>;

/** `to_customerio`: what happened in Kommo. `to_kommo`: what Customer.io reports. `clock`: a watch ran out. */
export const direction = z.enum(['to_customerio', 'to_kommo', 'clock']);
export type Direction = z.output<typeof direction>;

/** What became of an event: domain/event-outcome.ts says what each means. With `nothing`, `reason` says why. */
export const outcome = z.enum(EVENT_OUTCOMES);
export type Outcome = EventOutcome;

export const activityRow = z.object({
  id,
  connection: connectionName,
  kind: eventKind,
  direction,
  /** `deal_won`, `email_opened`; null where it has none. */
  name: z.string().nullable(),
  /** A sentence: `Deal 5 moved from "New" to "Won" (Sales)`. */
  title: z.string(),
  dealId: id.nullable(),
  person: z.string().nullable(),
  /** When it happened, to the second, and when Stagepost heard of it. */
  occurredAt: ms,
  at: ms,
  outcome,
  /** Why nothing was done, or what it waits for. */
  reason: z.string().nullable(),
  /** The rule that fired. */
  rule: z.string().nullable(),
  /** Its actions by state. */
  actions: z.object({ done: count, open: count, failed: count, dropped: count }),
  /** A move that no webhook had reported: found in Kommo's events log. */
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
  outcome: outcome.optional(),
  repaired: z.literal('true').optional(),
  /** Leaves out events that there was nothing to do for. */
  hide: z.literal('nothing').optional(),
};
/** Newest first. `before` is the `next` of the page before. */
export const activityQuery = z.strictObject({
  ...filter,
  /** When Stagepost heard of it, ms: from `since` on, before `until`. */
  since: queryNumber.optional(),
  until: queryNumber.optional(),
  before: queryNumber.optional(),
  limit: queryNumber.pipe(z.int().min(1).max(200)).default(50),
});
export type ActivityQuery = z.input<typeof activityQuery>;
export const activity = z.object({
  rows: z.array(activityRow),
  /**
   * The `before` of the next page; null where there is none. One request looks at a bounded number of events: a page
   * may hold fewer rows than asked for, or none, and still have a `next`. `searchedTo` says how far back it has looked.
   */
  next: id.nullable(),
  searchedTo: ms.nullable(),
});
export type Activity = z.output<typeof activity>;

export const streamQuery = z.strictObject(filter);
/**
 * One message of the stream (`event: rows`): new rows and rows that have changed, the oldest first. `missed`: more
 * came than is sent at once; load the list again. Beside these: `event: hello` (`{}`) at the start, `event: bye`
 * (`{ error }`) where the sign-in ended, and comments as a heartbeat every 15 s. `id:` is the newest event's id;
 * the browser sends it back as Last-Event-ID.
 */
export const streamRows = z.object({ rows: z.array(activityRow), missed: z.boolean() });
export type StreamRows = z.output<typeof streamRows>;

/** A request as it came in. */
export const traceRequest = z.object({
  id,
  source: side,
  at: ms,
  /** Those that were kept; none that carries a secret. */
  headers: z.record(z.string(), z.string()),
  /** Decoded: a form as an object, JSON as it is, else the text. Null where it was removed after the retention time. */
  body: json,
  /** What was understood, in words; null where it was not looked at yet. */
  outcome: z.string().nullable(),
  understoodAt: ms.nullable(),
});

export const advice = z.object({
  /** Who must act. */
  owner: z.string(),
  /** What to do, in sentences. */
  todo: z.string(),
});

export const traceAction = z.object({
  id,
  lane: side,
  kind: actionKind,
  /** `Kommo: note on deal 5: ...` */
  title: z.string(),
  /** `waiting`: for another action. `ready`: to be delivered from `nextAt` on. `dead`: will not be tried again by itself. */
  state: z.enum(['waiting', 'ready', 'sending', 'done', 'dead', 'dropped']),
  /** The action it waits for or has waited for. */
  after: id.nullable(),
  tries: count,
  createdAt: ms,
  nextAt: ms.nullable(),
  sentAt: ms.nullable(),
  doneAt: ms.nullable(),
  /** The destination's id of what was made. */
  result: z.string().nullable(),
  failure: failureClass.nullable(),
  /** The destination's own words. */
  error: z.string().nullable(),
  warnings: z.array(z.string()),
  /** For dead letters. */
  advice: advice.nullable(),
  /** What is sent; null where it was removed after the retention time. */
  payload: json,
  /** The same as a curl command, with `$VARIABLES` in the place of secrets. */
  curl: z.string().nullable(),
});
export type TraceAction = z.output<typeof traceAction>;

/** One API call, for one or more actions. */
export const traceAttempt = z.object({
  id,
  lane: side,
  at: ms,
  durationMs: count,
  /** `POST /leads/notes`, with how many items */
  call: z.string(),
  /** HTTP status; null where there was no answer. */
  status: z.int().nullable(),
  /** `done`, or the class of the failure. */
  outcome: z.string(),
  error: z.string().nullable(),
  actions: z.array(id),
});

export const eventTrace = activityRow.extend({
  plannedAt: ms.nullable(),
  /** The published version of the rules that it was planned by; null where the file gave them. */
  rulesVersion: id.nullable(),
  warnings: z.array(z.string()),
  /** What was understood; null where it was removed after the retention time. */
  payload: json,
  requests: z.array(traceRequest),
  steps: z.array(traceAction),
  attempts: z.array(traceAttempt),
  links: z.object({ kommoDeal: z.string().nullable(), customerioPerson: z.string().nullable() }),
});
export type EventTrace = z.output<typeof eventTrace>;
