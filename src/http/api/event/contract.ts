import { z } from 'zod';
import { activityRow } from '../activity/contract.ts';
import { actionKind, count, failureClass, id, idParams, json, ms, side } from '../common-schemas.ts';
import type { Route } from '../route.ts';

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

export const eventRoutes = {
  event: {
    method: 'GET',
    path: '/api/events/:id',
    role: 'viewer',
    tag: 'activity',
    summary: 'One event with all that led to it and followed from it',
    params: idParams,
    answer: eventTrace,
  },
} as const satisfies Record<string, Route>;
