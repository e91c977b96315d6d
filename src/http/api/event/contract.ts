import { z } from 'zod';
import { activityRow } from '../activity/contract.ts';
import { actionKind, count, failureClass, id, idParams, json, ms, side } from '../common-schemas.ts';
import type { Route } from '../route.ts';
import { answer, eventEmail } from '../subjects/contract.ts';

/** A stored webhook request. */
export const traceRequest = z.object({
  id,
  source: side,
  at: ms,
  /** The stored headers, without those that carry a secret. */
  headers: z.record(z.string(), z.string()),
  /** Decoded: a form as an object, JSON unchanged, else the text. Null where it was removed after the retention time. */
  body: json,
  /** A sentence: what was understood; null where the request has not been read yet. */
  outcome: z.string().nullable(),
  understoodAt: ms.nullable(),
});

export const advice = z.object({
  /** Who can fix it. */
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
  /** `waiting`: for another action. `ready`: to be delivered from `nextAt` on. `dead`: will not be retried automatically. */
  state: z.enum(['waiting', 'ready', 'sending', 'done', 'dead', 'dropped']),
  /** The action that it waits for or has waited for. */
  after: id.nullable(),
  tries: count,
  createdAt: ms,
  nextAt: ms.nullable(),
  sentAt: ms.nullable(),
  doneAt: ms.nullable(),
  /** The destination's id of the entity that was created or changed. */
  result: z.string().nullable(),
  failure: failureClass.nullable(),
  /** The error message. */
  error: z.string().nullable(),
  warnings: z.array(z.string()),
  /** Only for dead letters. */
  advice: advice.nullable(),
  /** The action's contents; null where they were removed after the retention time. */
  payload: json,
  /** The request as a curl command, with `$VARIABLES` instead of secrets. */
  curl: z.string().nullable(),
});
export type TraceAction = z.output<typeof traceAction>;

/** One API call, for one or more actions. */
export const traceAttempt = z.object({
  id,
  lane: side,
  at: ms,
  durationMs: count,
  /** `POST /leads/notes` */
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
  /** The published version of the rules it was planned with; null where the rules came from the file. */
  rulesVersion: id.nullable(),
  warnings: z.array(z.string()),
  /** Which email the client got because of it, or why none; null for events that send none. */
  answer: answer.nullable(),
  /** The emails of the campaigns that it started, the first one first. */
  emails: z.array(eventEmail),
  /** A report of a message: the other reports of the same message, the first one first. */
  otherReports: z.array(z.object({ id, name: z.string(), at: ms })),
  /** The event's contents; null where they were removed after the retention time. */
  payload: json,
  requests: z.array(traceRequest),
  steps: z.array(traceAction),
  attempts: z.array(traceAttempt),
  links: z.object({ kommoDeal: z.string().nullable(), customerioPerson: z.string().nullable() }),
});
export type EventTrace = z.output<typeof eventTrace>;

export const eventRoutes = {
  event: {
    method: 'GET',
    path: '/api/events/:id',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'activity',
    summary: 'One event with the requests that reported it, its actions and their API calls',
    params: idParams,
    answer: eventTrace,
    speaks: true,
  },
} as const satisfies Record<string, Route>;
