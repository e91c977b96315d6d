import type { AlertItem, AlertLevel, AlertMessage, Notice } from '../domain/alerts.ts';

/** One message out of all that a receiver is to be told. Pure. */

/** The most changes of one message. */
export const MAX_ITEMS = 10;

export interface MessageOptions {
  id: string;
  receiver: string;
  now: number;
  /** Without a slash at its end; null where it is not configured. */
  publicUrl: string | null;
}

export function messageOf(notices: readonly Notice[], options: MessageOptions): AlertMessage {
  const { id, receiver, now, publicUrl } = options;
  const items = notices.map((notice) => itemOf(notice, publicUrl)).sort(bySeverity);
  const shown = items.slice(0, MAX_ITEMS);
  return {
    id,
    receiver,
    at: now,
    isTest: false,
    level: items[0]!.level,
    title: titleOf(items),
    items: shown,
    omitted: items.length - shown.length,
  };
}

/** A message to try a receiver with. */
export function testMessage({ id, receiver, now, publicUrl }: MessageOptions): AlertMessage {
  const item: AlertItem = {
    level: 'warning',
    topic: 'health',
    connection: null,
    side: 'installation',
    code: 'test',
    message: 'This is a test. Nothing is wrong.',
    todo: `Nothing. Alerts for "${receiver}" arrive here.`,
    since: now,
    endedAt: null,
    url: publicUrl && `${publicUrl}/alerts`,
    episodes: 1,
    isLate: false,
    isReminder: false,
    insteadOf: null,
  };
  const title = 'TEST Stagepost can send alerts here';
  return { id, receiver, at: now, isTest: true, level: 'warning', title, items: [item], omitted: 0 };
}

function itemOf(notice: Notice, publicUrl: string | null): AlertItem {
  const { topic, connection, side, code, message, todo, since, endedAt, episodes, insteadOf } = notice;
  const search = connection === null ? '' : `?connection=${encodeURIComponent(connection)}`;
  return {
    level: endedAt !== null || notice.light === 'ok' ? 'recovered' : notice.light,
    ...{ topic, connection, side, code, message, todo, since, endedAt, insteadOf },
    episodes: Math.max(1, episodes),
    url: publicUrl && `${publicUrl}${notice.path}${search}`,
    isLate: endedAt !== null && notice.deliveredLight === 'ok',
    isReminder: notice.waitingSince === null,
  };
}

const SEVERITY: Record<AlertLevel, number> = { broken: 0, warning: 1, recovered: 2 };

function bySeverity(a: AlertItem, b: AlertItem): number {
  return SEVERITY[a.level] - SEVERITY[b.level] || a.since - b.since || (a.code < b.code ? -1 : 1);
}

export const LEVEL_WORDS: Record<AlertLevel, string> = {
  broken: 'BROKEN',
  warning: 'WARNING',
  recovered: 'RECOVERED',
};

function titleOf(items: AlertItem[]): string {
  const [first] = items;
  const word = `${LEVEL_WORDS[first!.level]}${items.every(({ isReminder }) => isReminder) ? ' (still)' : ''}`;
  const more = items.length > 1 ? ` And ${items.length - 1} more.` : '';
  const after = first!.endedAt === null ? '' : ` (over after ${durationText(first!.endedAt - first!.since)})`;
  return `${word} ${placeOf(first!)}: ${firstSentence(first!.message)}${after}${more}`;
}

/** The rest of it is in the body. */
function firstSentence(text: string): string {
  return /^.+?[^.][.!?](?= [A-Z]|$)/s.exec(text)?.[0] ?? text;
}

function placeOf({ connection }: AlertItem): string {
  return connection ?? 'Stagepost';
}

const SIDES: Record<string, string> = {
  kommo: 'Kommo',
  customerio: 'Customer.io',
  rules: 'Rules',
  installation: 'Installation',
};

/** The message as plain text, without its title. */
export function bodyText({ items, omitted, isTest }: AlertMessage): string {
  const blocks = items.map((item) => itemLines(item, isTest).join('\n'));
  if (omitted > 0) blocks.push(`And ${omitted} more. The console shows all of them.`);
  return blocks.join('\n\n');
}

/** The lines of one change: what, since when, what to do, where. */
export function itemLines(item: AlertItem, isTest = false): string[] {
  const { level, connection, side, message, todo, url, insteadOf } = item;
  const place = [connection, SIDES[side] ?? side].filter(Boolean).join(' · ');
  return [
    ...(isTest ? [] : [`${LEVEL_WORDS[level]} · ${place}`]),
    level === 'recovered' ? `Over: ${message}` : message,
    ...(isTest ? [] : [timeLine(item)]),
    ...(level === 'recovered' ? [] : [`What to do: ${todo}`]),
    ...(insteadOf === null ? [] : [`You get this because the alerts for "${insteadOf}" do not arrive.`]),
    ...(url === null ? [] : [url]),
  ];
}

function timeLine({ since, endedAt, isLate, isReminder, episodes }: AlertItem): string {
  const times = episodes > 1 ? ` ${episodes} times` : '';
  if (endedAt === null) {
    if (isReminder) return `Still so, since ${timeText(since)}.`;
    return `Since ${timeText(since)}${times ? `, came and went${times}` : ''}.`;
  }
  const span = `from ${timeText(since)} to ${timeText(endedAt)} (${durationText(endedAt - since)})`;
  return isLate
    ? `It was so${times} ${span}. This message could not be delivered before.`
    : `It lasted ${durationText(endedAt - since)}, ${span.replace(/ \(.*/, '')}.`;
}

/** `2026-11-30 01:12 UTC` */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
