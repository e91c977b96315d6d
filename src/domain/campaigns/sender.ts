import { en, type Sentences } from '../../languages/en.ts';
import type { MailReport } from '../events.ts';
import type { Sender } from './campaign.ts';

export type SenderKind = 'campaign' | Exclude<Sender['kind'], 'message'>;

/** What has sent the message of a report. */
export interface ReportSender {
  kind: SenderKind;
  id: number;
  /** Null where neither the report nor the stored lists have it. */
  name: string | null;
  /** The name of the message itself, where it is known and another one than the sender's. */
  message: string | null;
}

/** The name of a sender or of a message, by the kind and the id that reports have. */
export interface SenderName {
  kind: SenderKind | 'message';
  id: number;
  name: string;
}

/**
 * The values of a report with the id and the name. A message has one sender (Customer.io docs); names are in reports since
 * September 2026, those of transactional messages are not.
 */
const VALUES: Record<SenderName['kind'], { id: string; name: string }> = {
  campaign: { id: 'campaign_id', name: 'campaign_name' },
  newsletter: { id: 'newsletter_id', name: 'newsletter_name' },
  broadcast: { id: 'broadcast_id', name: 'broadcast_name' },
  transactional: { id: 'transactional_message_id', name: 'transactional_message_name' },
  message: { id: 'action_id', name: 'message_name' },
};
const SENDERS: SenderKind[] = ['campaign', 'newsletter', 'broadcast', 'transactional'];
const ALL: SenderName['kind'][] = [...SENDERS, 'message'];

/** Null for a report about a person, and for a message whose report names no sender. */
export function senderOf({ values }: Pick<MailReport, 'values'>): ReportSender | null {
  for (const kind of SENDERS) {
    const id = idOf(values[VALUES[kind].id]);
    if (id === null) continue;
    const name = textOf(values[VALUES[kind].name]);
    const message = textOf(values[VALUES.message.name]);
    return { kind, id, name, message: message === name ? null : message };
  }
  return null;
}

/** What the report names by its number only. */
export function missingNames({ values }: Pick<MailReport, 'values'>): Omit<SenderName, 'name'>[] {
  return ALL.flatMap((kind) => {
    const id = idOf(values[VALUES[kind].id]);
    return id === null || textOf(values[VALUES[kind].name]) !== null ? [] : [{ kind, id }];
  });
}

/** The report with this name among its values. */
export function withName<R extends Pick<MailReport, 'values'>>(
  report: R,
  kind: SenderName['kind'],
  name: string,
): R {
  return { ...report, values: { ...report.values, [VALUES[kind].name]: name } };
}

/** `Campaign "Onboarding", message "Day 3"`; `Campaign 23` where the name is not known. */
export function describeSender(
  { kind, id, name, message }: ReportSender,
  words: Sentences['senders'] = en.senders,
): string {
  const sender = `${words[kind]} ${name === null ? id : `"${name}"`}`;
  return message === null ? sender : words.withMessage(sender, message);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Whether a text of the rules contains the name of a sender or of a message. */
export function usesSenderName(text: string | null | undefined): boolean {
  return typeof text === 'string' && /\b(campaign|newsletter|broadcast|message)_name\b/.test(text);
}

/** Ids are integers in current reports, and texts in older ones. */
function idOf(value: unknown): number | null {
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}
