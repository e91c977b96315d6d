import type { AlertItem, AlertMessage } from '../../domain/alerts.ts';
import { itemLines } from '../message.ts';
import type { Channel } from './channel.ts';
import { postJson } from './post.ts';

/**
 * An incoming webhook of Slack, or of what understands its `text`: Mattermost, Rocket.Chat, Discord (`/slack` at the end of
 * its address). The address itself is the secret.
 */
export function slackChannel({ url }: { url: string }): Channel {
  return {
    async send(message, { signal }) {
      const body = JSON.stringify({ text: slackText(message) });
      await postJson({ url, service: 'Slack', body, secrets: [], signal });
    },
  };
}

const EMOJI: Record<AlertMessage['level'], string> = {
  broken: ':red_circle:',
  warning: ':large_yellow_circle:',
  recovered: ':large_green_circle:',
};

/** Slack docs: a text should have at most 4,000 characters. */
const MAX_TEXT = 4_000;

export function slackText({ title, level, items, omitted, isTest }: AlertMessage): string {
  const blocks = items.map((item) => blockOf(item, isTest));
  const more = omitted > 0 ? [`And ${omitted} more. The console shows all of them.`] : [];
  const text = [`${EMOJI[level]} *${escapeText(title)}*`, ...blocks, ...more].join('\n\n');
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

function blockOf(item: AlertItem, isTest: boolean): string {
  return itemLines(item, isTest)
    .map((line) => (line === item.url ? `<${line}|Open in the console>` : escapeText(line)))
    .join('\n');
}

/** Slack docs, "Formatting text": these three characters are all that must be escaped. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
