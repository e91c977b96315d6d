import { createHmac } from 'node:crypto';
import type { AlertMessage } from '../../domain/alerts.ts';
import { bodyText } from '../message.ts';
import type { Channel } from './channel.ts';
import { postJson } from './post.ts';

/**
 * A webhook in the form of Standard Webhooks (standardwebhooks.com, spec 1.0): the headers `webhook-id`,
 * `webhook-timestamp` (unix seconds) and `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over
 * `id.timestamp.body`.
 */
export function webhookChannel({ url, secret }: { url: string; secret: string }): Channel {
  return {
    async send(message, { signal }) {
      const body = JSON.stringify(webhookBody(message));
      const timestamp = String(Math.floor(message.at / 1000));
      await postJson({
        url,
        service: 'The webhook',
        headers: {
          'webhook-id': message.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${sign(secret, `${message.id}.${timestamp}.${body}`)}`,
        },
        body,
        secrets: [secret],
        signal,
      });
    },
  };
}

/** The JSON of a message. Documented in docs/alerts.md: names stay. Times are ISO 8601. */
export function webhookBody(message: AlertMessage) {
  const { id, receiver, at, isTest, level, title, items, omitted } = message;
  return {
    id,
    type: isTest ? 'stagepost.alert.test' : 'stagepost.alert',
    timestamp: iso(at),
    data: {
      receiver,
      level,
      title,
      text: bodyText(message),
      omitted,
      items: items.map((item) => ({
        level: item.level,
        topic: item.topic,
        connection: item.connection,
        side: item.side,
        code: item.code,
        message: item.message,
        todo: item.todo,
        since: iso(item.since),
        ended_at: item.endedAt === null ? null : iso(item.endedAt),
        url: item.url,
        episodes: item.episodes,
        late: item.isLate,
        reminder: item.isReminder,
        instead_of: item.insteadOf,
      })),
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Base64. A secret that begins with `whsec_` is base64 after that, as libraries of Standard Webhooks expect it. */
export function sign(secret: string, content: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  return createHmac('sha256', key).update(content).digest('base64');
}
