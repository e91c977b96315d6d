import { z } from 'zod';
import { ALERT_LEVELS, ALERT_TOPICS, RECEIVER_KINDS } from '../../../domain/alerts.ts';
import { connectionName, count, id, idParams, ms, ok } from '../common-schemas.ts';
import type { Route } from '../route.ts';

const level = z.enum(ALERT_LEVELS);
export type AlertLevel = z.output<typeof level>;
const topic = z.enum(ALERT_TOPICS);
export type AlertTopic = z.output<typeof topic>;
const receiverName = z.string().min(1).max(63);
const code = z.string().min(1).max(120);

/** A message that was sent, or that an attempt was made to send. */
export const alertMessage = z.object({
  id: z.string(),
  receiver: z.string(),
  /** The last attempt. */
  at: ms,
  isTest: z.boolean(),
  level,
  title: z.string(),
  /** Those that it is about; null stands for the whole installation. */
  connections: z.array(z.string().nullable()),
  outcome: z.enum(['delivered', 'failed']),
  /** A sentence: why it did not arrive. */
  error: z.string().nullable(),
  attempts: count,
});
export type AlertMessage = z.output<typeof alertMessage>;

export const alertReceiver = z.object({
  name: z.string(),
  kind: z.enum(RECEIVER_KINDS),
  /** A host, mail addresses or a user; never a whole address, which may hold a key. */
  target: z.string(),
  levels: z.array(level),
  topics: z.array(topic),
  /** Null: all. */
  connections: z.array(z.string()).nullable(),
  /** Since when nothing arrives; null where the last attempt arrived, or none was made. */
  failingSince: ms.nullable(),
  /** Why the last attempt failed. */
  error: z.string().nullable(),
  /** When the next attempt is made, while it fails. */
  nextAttemptAt: ms.nullable(),
  /** Changes that it is to be told, and was not yet. */
  waiting: count,
});
export type AlertReceiver = z.output<typeof alertReceiver>;

/** Alerts that are not sent until `endsAt`. Null means all. */
export const mute = z.object({
  id,
  receiver: z.string().nullable(),
  connection: z.string().nullable(),
  code: z.string().nullable(),
  endsAt: ms,
  setBy: z.string(),
  setAt: ms,
});
export type Mute = z.output<typeof mute>;

/** A problem that somebody was told of, or is to be told of, and that still lasts. */
export const openAlert = z.object({
  code: z.string(),
  connection: z.string().nullable(),
  light: z.enum(['warning', 'broken']),
  message: z.string(),
});
export type OpenAlert = z.output<typeof openAlert>;

export const alerts = z.object({
  receivers: z.array(alertReceiver),
  mutes: z.array(mute),
  open: z.array(openAlert),
  /** The newest 50, the newest first. */
  messages: z.array(alertMessage),
});
export type Alerts = z.output<typeof alerts>;

/** The longest mute. */
export const MAX_MUTE_MS = 30 * 86_400_000;

export const muteBody = z.strictObject({
  receiver: receiverName.optional(),
  connection: connectionName.optional(),
  code: code.optional(),
  /** At most 30 days from now. */
  endsAt: ms,
});
export const alertTestBody = z.strictObject({ receiver: receiverName });

export const alertRoutes = {
  alerts: {
    method: 'GET',
    path: '/api/alerts',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'connections',
    summary: 'The receivers of alerts, what they were sent, and what is muted',
    answer: alerts,
  },
  testAlert: {
    method: 'POST',
    path: '/api/alerts/test',
    role: 'editor',
    scope: 'filtered',
    audit: 'alert_tested',
    tag: 'connections',
    summary: 'Sends a test to a receiver of stagepost.yaml, and answers its real outcome after at most 20 s',
    body: alertTestBody,
    answer: alertMessage,
  },
  addMute: {
    method: 'POST',
    path: '/api/alerts/mutes',
    role: 'editor',
    scope: 'named',
    audit: 'alert_muted',
    tag: 'connections',
    summary: 'Sends no alerts of a receiver, a connection or a code for a time',
    body: muteBody,
    answer: mute,
  },
  removeMute: {
    method: 'DELETE',
    path: '/api/alerts/mutes/:id',
    role: 'editor',
    scope: 'filtered',
    audit: 'alert_unmuted',
    tag: 'connections',
    summary: 'Ends a mute: what still lasts is told',
    params: idParams,
    answer: ok,
  },
} as const satisfies Record<string, Route>;
