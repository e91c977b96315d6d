import type { UnixSeconds } from './entities.ts';
import type { MailReport } from './events.ts';

/** The beginning of the id of a report that only Customer.io's activity log has shown; the activity's id follows. */
const FROM_LOG = 'activity-';
/** The log and the report of one thing may differ by this much, s. */
const TOLERANCE_S = 2;

export function idFromLog(activityId: string): string {
  return `${FROM_LOG}${activityId}`;
}

/** Whether Customer.io's activity log has shown the report, and no webhook. */
export function isFromLog({ reportId }: Pick<MailReport, 'reportId'>): boolean {
  return reportId.startsWith(FROM_LOG);
}

/** The metric of a report's name: `opened` of `email_opened`. */
export function metricOf(name: string): string {
  const [known] = /(?:cio_subscription_preferences_changed|[a-z0-9]+)$/.exec(name) ?? [name];
  return known;
}

/** The parts by which two accounts of one thing are recognised as the same. */
interface Occurrence {
  name: string;
  deliveryId: string | null;
  occurredAt: UnixSeconds;
}

/**
 * Whether two accounts of what happened to one person are the same thing. What happened to a message is recognised by the
 * message. A change of the person's settings has none, and its name begins with the channel that triggered it, which the log
 * does not say.
 */
export function isSameOccurrence(a: Occurrence, b: Occurrence): boolean {
  const isSameKind =
    a.deliveryId === null && b.deliveryId === null
      ? metricOf(a.name) === metricOf(b.name)
      : a.deliveryId === b.deliveryId && a.name === b.name;
  return isSameKind && Math.abs(a.occurredAt - b.occurredAt) <= TOLERANCE_S;
}

/**
 * Whether a report that came says the same as an entry of the log. Where only the first open and the first click of each
 * message are reported (Customer.io's setting), the later ones in the log are not lost.
 */
export function isReportedBy(entry: Occurrence, report: Occurrence): boolean {
  const isOfMessage = entry.deliveryId !== null && entry.deliveryId === report.deliveryId;
  if (isOfMessage && entry.name === report.name && FIRST_ONLY.test(entry.name)) return true;
  return isSameOccurrence(entry, report);
}

const FIRST_ONLY = /_(opened|clicked)$/;
