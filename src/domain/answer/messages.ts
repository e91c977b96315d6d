import { senderOf } from '../campaigns/sender.ts';
import type { UnixSeconds } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { otherRecipients } from '../report-recipient.ts';

/** What has become of an email, by its reports. Times are those of the first report of each kind; null where there is none. */
export interface EmailMessage {
  /** Null for an email without a subject in its reports. */
  subject: string | null;
  /** The name of the campaign that has sent it; null where it is not known. */
  campaign: string | null;
  /** The first report of any kind. */
  firstAt: UnixSeconds;
  sentAt: UnixSeconds | null;
  deliveredAt: UnixSeconds | null;
  /** By the client. */
  openedAt: UnixSeconds | null;
  /** Mail privacy, prefetching, a link scanner. */
  openedByMachineAt: UnixSeconds | null;
  clickedAt: UnixSeconds | null;
  /** The message was not sent or did not arrive. `metric`: `bounced`, `dropped`, `failed` or `undeliverable`. */
  failure: { metric: string; at: UnixSeconds; message: string | null } | null;
}

const FAILURES = /^(bounced|dropped|failed|undeliverable)$/;

/**
 * Groups reports of a client's emails by message, the newest message first. Reports of other channels and of persons are left
 * out, and so are messages that went to somebody else.
 * @param own the client's addresses
 */
export function emailMessages(reports: readonly MailReport[], own: readonly string[]): EmailMessage[] {
  const messages = new Map<string, EmailMessage>();
  for (const report of reports) {
    if (otherRecipients(report, own) !== null) continue;
    const metric = /^email_(\w+)$/.exec(report.name)?.[1];
    if (metric === undefined || report.deliveryId === null || /subscri/.test(metric)) continue;
    messages.set(report.deliveryId, withReport(messages.get(report.deliveryId), metric, report));
  }
  return [...messages.values()].sort((a, b) => b.firstAt - a.firstAt);
}

function withReport(before: EmailMessage | undefined, metric: string, report: MailReport): EmailMessage {
  const { occurredAt: at, machine, values } = report;
  const message = before ?? newMessage(at);
  const first = (known: UnixSeconds | null, is: boolean) => (is ? Math.min(known ?? at, at) : known);
  const subject = typeof values.subject === 'string' && values.subject !== '' ? values.subject : null;
  return {
    subject: message.subject ?? subject,
    campaign: message.campaign ?? campaignName(report),
    firstAt: Math.min(message.firstAt, at),
    sentAt: first(message.sentAt, metric === 'sent'),
    deliveredAt: first(message.deliveredAt, metric === 'delivered'),
    openedAt: first(message.openedAt, metric === 'opened' && !machine),
    openedByMachineAt: first(message.openedByMachineAt, metric === 'opened' && machine),
    clickedAt: first(message.clickedAt, metric === 'clicked' && !machine),
    failure: FAILURES.test(metric)
      ? { metric, at, message: textOf(values.failure_message) }
      : message.failure,
  };
}

function newMessage(firstAt: UnixSeconds): EmailMessage {
  return {
    subject: null,
    campaign: null,
    firstAt,
    sentAt: null,
    deliveredAt: null,
    openedAt: null,
    openedByMachineAt: null,
    clickedAt: null,
    failure: null,
  };
}

function campaignName(report: MailReport): string | null {
  const sender = senderOf(report);
  return sender?.kind === 'campaign' ? sender.name : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Whether the email has reached the client's mailbox: somebody who opened or clicked had it, too. */
export function hasArrived(message: EmailMessage): boolean {
  const { deliveredAt, openedAt, openedByMachineAt, clickedAt } = message;
  return [deliveredAt, openedAt, openedByMachineAt, clickedAt].some((at) => at !== null);
}
