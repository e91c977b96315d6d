import { expect, test } from 'vitest';
import { describeReport } from './describe-report.ts';
import type { MailReport } from './events.ts';

function report(name: string, more: Partial<MailReport> = {}): MailReport {
  return {
    kind: 'mail_report',
    name,
    reportId: 'r1',
    person: { id: null, email: 'ann@example.com', cioId: null },
    occurredAt: 1_700_000_000,
    deliveryId: 'd1',
    machine: false,
    values: { subject: 'Your demo is booked' },
    ...more,
  };
}

test.each([
  ['email_opened', {}, 'ann@example.com opened "Your demo is booked"'],
  ['email_clicked', {}, 'ann@example.com clicked a link in "Your demo is booked"'],
  ['email_opened', { machine: true }, 'A machine (not ann@example.com) opened "Your demo is booked"'],
  ['email_bounced', { values: {} }, 'An email to ann@example.com bounced'],
  ['in_app_sent', { values: {} }, 'An in-app message was sent to ann@example.com'],
  ['customer_unsubscribed', { values: {} }, 'ann@example.com unsubscribed'],
  [
    'customer_cio_subscription_preferences_changed',
    { person: { id: '7', email: null, cioId: null } },
    '7 changed their subscription preferences',
  ],
  ['email_subscribed', { person: { id: null, email: null, cioId: null } }, 'Somebody subscribed'],
  ['email_teleported', {}, 'Customer.io reports email_teleported for ann@example.com'],
])('%s with %j reads: %s', (name, more, sentence) => {
  expect(describeReport(report(name, more))).toBe(sentence);
});
