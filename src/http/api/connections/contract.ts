import { z } from 'zod';
import { connectionName, ms, side } from '../common-schemas.ts';
import { traceRequest } from '../event/contract.ts';
import type { Route } from '../route.ts';

/** A finding of one check. */
export const finding = z.object({
  /** The name of the check, as in `stagepost doctor`: `kommo fields`. One check may have several findings. */
  check: z.string(),
  side,
  /** `skipped`: not checked, because of an earlier failure or because it is not set up. */
  status: z.enum(['ok', 'warning', 'failure', 'skipped']),
  message: z.string(),
  /** How a person can fix it. */
  todo: z.string().nullable(),
  /** How Stagepost can fix it, as a sentence that begins with "It"; null where it cannot. */
  mend: z
    .object({
      does: z.string(),
      /** Whether the fix needs Stagepost's public address: `stagepost serve --public-url`. */
      needsPublicUrl: z.boolean(),
    })
    .nullable(),
});
export type Finding = z.output<typeof finding>;

export const connectionChecks = z.object({
  connection: connectionName,
  /**
   * `here`: this process runs the connection and can check it. `elsewhere`: another process runs it, and only that process
   * may call Kommo, so that one limiter counts all calls. `starting`: not known yet.
   */
  place: z.enum(['here', 'elsewhere', 'starting']),
  /** Whether a run is under way. Poll again in a second. */
  running: z.boolean(),
  /** When the last run ended; null where there was none since this process started. */
  checkedAt: ms.nullable(),
  findings: z.array(finding),
});
export type ConnectionChecks = z.output<typeof connectionChecks>;

export const checksQuery = z.strictObject({ connection: connectionName.optional() });
/**
 * The latest findings. A request for a single connection starts a run if the last one is older than five minutes. A run
 * takes some seconds and about 16 calls to Kommo, with the lowest priority.
 */
export const checks = z.object({
  /** The URL at which Kommo and Customer.io reach this Stagepost; null where it is not configured. */
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
/** The result of a test webhook, which Stagepost sends to itself through the public URL. It has no consequences. */
export const tested = z.object({
  /** In order. `waiting`: not seen yet, or not known, which need not be a problem. */
  steps: z.array(z.object({ state: z.enum(['good', 'bad', 'waiting']), text: z.string() })),
  /** The stored request; null where it did not arrive. It creates no event, so it is not in the activity. */
  request: traceRequest.nullable(),
});
export type Tested = z.output<typeof tested>;

export const connectionRoutes = {
  checks: {
    method: 'GET',
    path: '/api/checks',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'connections',
    summary: 'The findings of the checks of `stagepost doctor`, with what to do',
    query: checksQuery,
    answer: checks,
  },
  runChecks: {
    method: 'POST',
    path: '/api/checks',
    role: 'editor',
    scope: 'named',
    audit: 'checks_run',
    tag: 'connections',
    summary: 'Starts a run of the checks of one connection; poll `GET /api/checks` for its end',
    body: checkRunBody,
    answer: connectionChecks,
  },
  mendCheck: {
    method: 'POST',
    path: '/api/checks/mend',
    role: 'admin',
    scope: 'named',
    audit: 'mended',
    tag: 'connections',
    summary:
      'Fixes the findings of one check, as `stagepost doctor --fix`: creates missing fields, registers the webhook',
    body: mendBody,
    answer: connectionChecks,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/checks/test',
    role: 'editor',
    scope: 'named',
    audit: 'webhook_tested',
    tag: 'connections',
    summary: 'Sends a test webhook without consequences to Stagepost itself, as Kommo or Customer.io would',
    body: testBody,
    answer: tested,
  },
} as const satisfies Record<string, Route>;
