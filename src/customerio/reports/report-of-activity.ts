import type { MailReport } from '../../domain/events.ts';
import { idFromLog } from '../../domain/report-from-log.ts';
import { asObject, asText } from '../../lib/unknown-json.ts';
import type { Activity } from '../app-api/activities.ts';
import type { Message } from '../app-api/messages.ts';
import { textValues } from './report-fields.ts';

/** A type of activity that stands for a report, and how it is asked for. */
export interface ReportActivity {
  type: string;
  /** For `attribute_change`: the attribute. */
  name?: string;
  /** The reports that it stands for. */
  reports: string[];
}

const CONSENT = 'cio_subscription_preferences';

/**
 * The activities that stand for reports (Customer.io docs: `GET /v1/activities`, the enumeration of `type`). The log has
 * others, too; these are the reports that change what is known about a person, and those that a rule may wait for.
 */
export const REPORT_ACTIVITIES: readonly ReportActivity[] = [
  { type: 'unsubscribed_email', reports: ['email_unsubscribed'] },
  { type: 'spammed_email', reports: ['email_spammed'] },
  { type: 'bounced_email', reports: ['email_bounced'] },
  { type: 'dropped_email', reports: ['email_dropped'] },
  {
    type: 'attribute_change',
    name: 'unsubscribed',
    reports: ['customer_unsubscribed', 'customer_subscribed'],
  },
  { type: 'attribute_change', name: CONSENT, reports: [`customer_${CONSENT}_changed`] },
  { type: 'opened_email', reports: ['email_opened'] },
  { type: 'clicked_email', reports: ['email_clicked'] },
];

/**
 * The report that an activity stands for; null where it stands for none. Activities have no machine flags, so an open or a
 * click counts as a machine's: no person may be said to have read an email that a scanner has opened.
 * @param message the activity's message, for what the activity itself does not say
 */
export function reportOfActivity(activity: Activity, message: Message | null): MailReport | null {
  const name = reportName(activity);
  if (name === null || activity.timestamp <= 0) return null;
  const isOfMessage = name.startsWith('email_');
  const deliveryId = isOfMessage ? activity.deliveryId : null;
  const content = isOfMessage ? null : preferencesIn(activity);
  return {
    kind: 'mail_report',
    name,
    reportId: idFromLog(activity.id),
    person: activity.person,
    occurredAt: activity.timestamp,
    deliveryId,
    machine: /_(opened|clicked)$/.test(name),
    values: {
      ...textValues(message ? valuesOf(message) : {}),
      ...(content === null ? {} : { content }),
      object_type: isOfMessage ? 'email' : 'customer',
      metric: name.slice(name.indexOf('_') + 1),
      occurred_at: activity.timestamp,
      about: isOfMessage ? 'message' : 'person',
      ...(deliveryId === null ? {} : { delivery_id: deliveryId }),
    },
  };
}

function reportName({ type, data }: Activity): string | null {
  const ofMessage = /^(unsubscribed|spammed|bounced|dropped|opened|clicked)_email$/.exec(type);
  if (ofMessage) return `email_${ofMessage[1]}`;
  if (type !== 'attribute_change') return null;
  if (Object.hasOwn(data, 'unsubscribed')) return subscriptionName(asObject(data.unsubscribed));
  return Object.hasOwn(data, CONSENT) ? `customer_${CONSENT}_changed` : null;
}

/** Setting `unsubscribed` to false for the first time is no change: the person was subscribed before. */
function subscriptionName({ from, to }: Record<string, unknown>): string | null {
  const [was, is] = [isTrue(from), isTrue(to)];
  if (was === is) return null;
  return is ? 'customer_unsubscribed' : 'customer_subscribed';
}

/** Customer.io docs: `true`, "true" in any case, 1 and "1" unsubscribe; everything else does not. */
function isTrue(value: unknown): boolean {
  return value === true || ['true', '1'].includes(asText(value).toLowerCase());
}

/** The new preferences, as JSON text like the `content` of the report. */
function preferencesIn({ data }: Activity): string | null {
  const { to } = asObject(data[CONSENT]);
  if (typeof to === 'string' && to !== '') return to.slice(0, MAX_CONTENT);
  return typeof to === 'object' && to !== null ? JSON.stringify(to).slice(0, MAX_CONTENT) : null;
}

const MAX_CONTENT = 4000;

function valuesOf({ recipient, subject, failureMessage, parent }: Message): Record<string, unknown> {
  return { recipient, subject, failure_message: failureMessage, ...parent };
}
