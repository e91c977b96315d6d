import { createHash } from 'node:crypto';
import type { AlertMessage, AlertRecord, Notice, ReceiverState } from '../domain/alerts.ts';
import { backoff } from '../lib/backoff.ts';
import type { AlertError } from './channels/channel.ts';
import { FAILING_FROM } from './observe.ts';

/** The state of a receiver, and the record of an attempt. Pure. */

/** The waits after failed attempts, ms. They go on for as long as there is something to tell. */
const BACKOFF = { firstMs: 30_000, maxMs: 3_600_000 };

/** Nothing was ever sent. */
export const NEW_RECEIVER: ReceiverState = {
  failures: 0,
  failingSince: null,
  error: null,
  nextAttemptAt: 0,
  lastDeliveredAt: null,
  messageId: null,
  content: null,
};

/** The state after a failed attempt. What will not get better by itself counts as failing at once. */
export function afterFailure(
  before: ReceiverState,
  error: AlertError,
  message: { id: string; content: string },
  now: number,
): ReceiverState {
  const failures = before.failures + 1;
  const wait = Math.max(backoff(failures, BACKOFF), error.retryAfterMs ?? 0);
  return {
    ...before,
    failures: error.isPermanent ? Math.max(failures, FAILING_FROM) : failures,
    failingSince: before.failingSince ?? now,
    error: error.message,
    nextAttemptAt: now + wait,
    messageId: message.id,
    content: message.content,
  };
}

/** The record of an attempt. */
export function recordOf(
  { id, receiver, isTest, level, title, items }: AlertMessage,
  error: AlertError | null,
  attempts: number,
  at: number,
): AlertRecord {
  const outcome = error ? 'failed' : 'delivered';
  const connections = [...new Set(items.map(({ connection }) => connection))];
  const result = { outcome, error: error?.message ?? null, attempts } as const;
  return { id, receiver, at, isTest, level, title, connections, ...result };
}

/** A hash of what is to be sent: the same as long as nothing of it changes. */
export function contentOf(notices: Notice[]): string {
  const contents = notices.map(({ key, light, deliveredLight, endedAt, episodes }) => [
    key,
    light,
    deliveredLight,
    endedAt,
    episodes,
  ]);
  return createHash('sha256')
    .update(JSON.stringify(contents.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))))
    .digest('hex');
}
