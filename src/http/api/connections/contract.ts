import { z } from 'zod';
import { connectionName, count, ms, side } from '../common-schemas.ts';
import { traceRequest } from '../event/contract.ts';
import { light } from '../health/contract.ts';
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
   * may call Kommo, so that one limiter counts all calls. `starting`: not known yet. `paused`: no process
   * runs it.
   */
  place: z.enum(['here', 'elsewhere', 'starting', 'paused']),
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
  check: z.enum(['kommo fields', 'kommo webhook', 'customer.io reports']),
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

const shownConnection = z.object({
  connection: connectionName,
  /** Where it is kept: in stagepost.yaml, or in the database, where it is managed in the console. */
  source: z.enum(['file', 'console']),
  /** As in `GET /api/now`. */
  state: z.enum(['starting', 'running', 'standby', 'waiting', 'paused']),
  pausedSince: ms.nullable(),
  light,
  kommo: z.object({
    url: z.string(),
    /** The account's name and id; null before Kommo was read. */
    account: z.string().nullable(),
    accountId: z.int().nullable(),
    /** How often the events log is read in the place of webhooks, s; null: Kommo sends webhooks. */
    pollEverySeconds: z.int().nullable(),
    /** Other connections with the same account. */
    sharedWith: z.array(connectionName),
  }),
  customerio: z.object({
    region: z.enum(['us', 'eu']),
    siteId: z.string(),
    /** The id of the workspace; null before Customer.io has named it. */
    workspaceId: z.int().nullable(),
    /** Other connections with the same workspace. */
    sharedWith: z.array(connectionName),
  }),
});

/** A connection of the database that this process cannot use, or whose last change it cannot use. */
const unreadableConnection = z.object({
  connection: connectionName,
  /** Sentences that have nothing of its secrets. */
  reason: z.string(),
  todo: z.string(),
  /** It is in `connections` too, and runs by its settings from before the change. */
  runsAsBefore: z.boolean(),
});
export type UnreadableConnection = z.output<typeof unreadableConnection>;

const connectionList = z.object({
  connections: z.array(shownConnection),
  unreadable: z.array(unreadableConnection),
});
export type ShownConnection = z.output<typeof shownConnection>;

/** A connection with what can be changed, and what a pause, a resumption or a removal would do, in sentences. */
export const connectionDetails = shownConnection.extend({
  settings: z.object({
    kommo: z.object({
      requests_per_second: z.int(),
      directory: z.enum(['on', 'off']),
      task_user: z.string().nullable(),
      changes: z.enum(['webhooks', 'polling']),
    }),
    customerio: z.object({ track_url: z.string().nullable(), app_url: z.string().nullable() }),
  }),
  /** Which secrets it has. Their values never leave the server. */
  secrets: z.object({ signingKeys: count, hasAppKey: z.boolean() }),
  /** What each change means now. Empty where it is not possible. */
  consequences: z.object({
    pause: z.array(z.string()),
    resume: z.array(z.string()),
    remove: z.array(z.string()),
  }),
});
export type ConnectionDetails = z.output<typeof connectionDetails>;

const ofConnection = z.strictObject({ connection: connectionName });
const newValue = z.union([z.string().max(10_000), z.array(z.string().max(10_000)).max(20)]).nullable();

/** New values by the keys of stagepost.yaml; null or an empty text removes a key. */
export const connectionChange = z.strictObject({
  kommo: z.record(z.string().max(60), newValue).optional(),
  customerio: z.record(z.string().max(60), newValue).optional(),
  /** Stores credentials although an account refuses them. */
  force: z.boolean().default(false),
});

/** A connection as the text of a stagepost.yaml. */
const exportedConnection = z.object({
  yaml: z.string(),
  /** The variables that its secrets go into. */
  variables: z.array(z.string()),
  /** Their values: only for a command that can read the data folder, which has the key anyway; null for everybody else. */
  secrets: z.record(z.string(), z.string()).nullable(),
});

export type ConnectionChange = Omit<z.output<typeof connectionChange>, 'force'>;

export const connectionRoutes = {
  connections: {
    method: 'GET',
    path: '/api/connections',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'connections',
    summary: 'All connections: where they are kept, whether they run, their accounts and their lights',
    answer: connectionList,
  },
  connection: {
    method: 'GET',
    path: '/api/connections/:connection',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'connections',
    summary: 'One connection with its settings, and what a pause or a removal would mean now',
    params: ofConnection,
    answer: connectionDetails,
  },
  pauseConnection: {
    method: 'POST',
    path: '/api/connections/:connection/pause',
    role: 'admin',
    scope: 'named',
    audit: 'connection_paused',
    tag: 'connections',
    summary: 'Pauses a connection of the database: its webhooks are stored, and nothing is planned or sent',
    params: ofConnection,
    answer: connectionDetails,
  },
  resumeConnection: {
    method: 'POST',
    path: '/api/connections/:connection/resume',
    role: 'admin',
    scope: 'named',
    audit: 'connection_resumed',
    tag: 'connections',
    summary: 'Resumes a paused connection, which goes on where it stopped',
    params: ofConnection,
    answer: connectionDetails,
  },
  changeConnection: {
    method: 'PATCH',
    path: '/api/connections/:connection',
    role: 'admin',
    scope: 'named',
    audit: 'connection_changed',
    tag: 'connections',
    summary:
      'Changes settings and secrets of a connection of the database, after its accounts have accepted them',
    params: ofConnection,
    body: connectionChange,
    answer: connectionDetails,
  },
  exportConnection: {
    method: 'POST',
    path: '/api/connections/:connection/export',
    role: 'admin',
    scope: 'named',
    audit: 'connection_exported',
    tag: 'connections',
    summary:
      'A connection of the database as a stagepost.yaml; its secrets are for the commands on this machine only',
    params: ofConnection,
    answer: exportedConnection,
  },
  removeConnection: {
    method: 'DELETE',
    path: '/api/connections/:connection',
    role: 'admin',
    scope: 'named',
    audit: 'connection_removed',
    tag: 'connections',
    summary: 'Removes a connection from the database; its history stays',
    params: ofConnection,
    answer: z.object({}),
  },
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
