import type { ReceiverConfig } from '../../config/index.ts';
import type { KommoClient } from '../../kommo/index.ts';
import type { Channel } from './channel.ts';
import { kommoTaskChannel } from './kommo-task.ts';
import { mailChannel } from './mail.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

/** The client of a connection's Kommo account; null where this process does not run the connection. */
export type KommoOf = (connection: string) => KommoClient | null;

export function openChannel(receiver: ReceiverConfig, kommoOf: KommoOf): Channel {
  switch (receiver.kind) {
    case 'webhook':
      return webhookChannel({ url: receiver.url.reveal(), secret: receiver.secret.reveal() });
    case 'slack':
      return slackChannel({ url: receiver.url.reveal() });
    case 'mail':
      return mailChannel({ smtpUrl: receiver.smtpUrl.reveal(), from: receiver.from, to: receiver.to });
    case 'kommo_task':
      return kommoTaskChannel({
        user: receiver.user,
        connection: receiver.connection,
        client: () => kommoOf(receiver.connection),
      });
  }
}

/** Where a receiver's messages go, for people, without what is secret in it: Slack's path is a key. */
export function targetText(receiver: ReceiverConfig): string {
  switch (receiver.kind) {
    case 'webhook':
    case 'slack':
      return new URL(receiver.url.reveal()).host;
    case 'mail':
      return receiver.to.join(', ');
    case 'kommo_task':
      return `${receiver.user} (${receiver.connection})`;
  }
}
