/*
 * The reports that stop an inactivity timer, as `unless` has them: names of reports, or `any_engagement`. Stored with a
 * running timer, and shown, as one text: `email_opened, sms_clicked`.
 */

/** Anything that a client does with a message, on any channel. */
export const ANY_ENGAGEMENT = 'any_engagement';

const CHANNELS = ['email', 'in_app', 'push', 'slack', 'sms', 'whatsapp'];
/** Metrics of what a person does. Deliveries and failures are the doing of machines (Customer.io docs, reporting webhooks). */
const ENGAGEMENT = ['opened', 'clicked', 'converted', 'replied'];

/** The reports for which `any_engagement` stands. */
const ENGAGEMENT_REPORTS: readonly string[] = CHANNELS.flatMap((channel) =>
  ENGAGEMENT.map((metric) => `${channel}_${metric}`),
);

/** `any_engagement` asks Customer.io for those of emails; those of other channels count where they come. */
const REQUIRED_ENGAGEMENT = ['email_opened', 'email_clicked', 'email_converted'];

/** As one text, for storage and display. */
export function stopText(unless: readonly string[]): string {
  return unless.join(', ');
}

/** All names of reports that stop the timer. @param unless a list, or its text */
export function stopReports(unless: readonly string[] | string): string[] {
  return expanded(unless, ENGAGEMENT_REPORTS);
}

/** The reports that Customer.io must send for the timer to be stopped. */
export function requiredReports(unless: readonly string[]): string[] {
  return expanded(unless, REQUIRED_ENGAGEMENT);
}

function expanded(unless: readonly string[] | string, engagement: readonly string[]): string[] {
  const names = typeof unless === 'string' ? unless.split(', ') : unless;
  return [...new Set(names.flatMap((name) => (name === ANY_ENGAGEMENT ? engagement : [name])))];
}
