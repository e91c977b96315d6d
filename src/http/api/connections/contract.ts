import { z } from 'zod';
import { connectionName, ms, side } from '../common-schemas.ts';
import { traceRequest } from '../event/contract.ts';
import type { Route } from '../route.ts';

/** What one check found. */
export const finding = z.object({
  /** Which check, as `stagepost doctor` calls it: `kommo fields`. One check may find several things. */
  check: z.string(),
  side,
  /** `skipped`: could not be looked at, because of an earlier failure or because it is not set up. */
  status: z.enum(['ok', 'warning', 'failure', 'skipped']),
  message: z.string(),
  /** What a person can do about it. */
  todo: z.string().nullable(),
  /** What Stagepost can do about it: "It …". Null: nothing. */
  mend: z
    .object({
      does: z.string(),
      /** Not before Stagepost knows its public address: `stagepost serve --public-url`. */
      needsPublicUrl: z.boolean(),
    })
    .nullable(),
});
export type Finding = z.output<typeof finding>;

export const connectionChecks = z.object({
  connection: connectionName,
  /**
   * `here`: this process runs the connection, so it may look. `elsewhere`: another process does, and only that one
   * may call Kommo, so that together they never call too often. `starting`: a moment.
   */
  place: z.enum(['here', 'elsewhere', 'starting']),
  /** A run is under way; ask again in a second. */
  running: z.boolean(),
  /** When the last run ended; null: none since this process has started. */
  checkedAt: ms.nullable(),
  findings: z.array(finding),
});
export type ConnectionChecks = z.output<typeof connectionChecks>;

export const checksQuery = z.strictObject({ connection: connectionName.optional() });
/**
 * What was found last. A question about one connection begins a run where the last is older than five minutes; a run
 * takes some seconds and about 16 calls of Kommo, behind all other work.
 */
export const checks = z.object({
  /** Where Kommo and Customer.io reach this Stagepost, as far as it was told. */
  publicUrl: z.string().nullable(),
  connections: z.array(connectionChecks),
});
export type Checks = z.output<typeof checks>;

export const checkRunBody = z.strictObject({ connection: connectionName });
export const mendBody = z.strictObject({
  connection: connectionName,
  check: z.enum(['kommo fields', 'kommo webhook']),
});

export const testBody = z.strictObject({ connection: connectionName, side });
/** A webhook that means nothing, sent to Stagepost itself on the way that the side takes. */
export const tested = z.object({
  /** One after the other. `waiting`: not seen yet, or not known, which need not be wrong. */
  steps: z.array(z.object({ state: z.enum(['good', 'bad', 'waiting']), text: z.string() })),
  /** As the inbox has it; null where it did not get there. No event comes of it, so it is not in the activity. */
  request: traceRequest.nullable(),
});
export type Tested = z.output<typeof tested>;

export const connectionRoutes = {
  checks: {
    method: 'GET',
    path: '/api/checks',
    role: 'viewer',
    tag: 'connections',
    summary: 'What the checks of `stagepost doctor` have found, with what to do',
    query: checksQuery,
    answer: checks,
  },
  runChecks: {
    method: 'POST',
    path: '/api/checks',
    role: 'editor',
    tag: 'connections',
    summary: 'Begins a run of the checks of one connection; `GET /api/checks` tells when it is over',
    body: checkRunBody,
    answer: connectionChecks,
  },
  mendCheck: {
    method: 'POST',
    path: '/api/checks/mend',
    role: 'admin',
    tag: 'connections',
    summary:
      'Does what `stagepost doctor --fix` does for one check: makes missing fields, registers the webhook',
    body: mendBody,
    answer: connectionChecks,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/checks/test',
    role: 'editor',
    tag: 'connections',
    summary: 'Sends a webhook that means nothing to Stagepost itself, as one of the sides would',
    body: testBody,
    answer: tested,
  },
} as const satisfies Record<string, Route>;
