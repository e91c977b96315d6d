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

test('says of a message to somebody else who opened it', () => {
  const report: MailReport = {
    ...{ kind: 'mail_report', name: 'email_opened', reportId: 'r', occurredAt: 1, deliveryId: 'D' },
    person: { id: null, email: 'ann@example.com', cioId: null },
    ...{ recipients: ['boss@seller.example'], machine: false, values: { subject: 'Ann has signed' } },
  };
  expect(describeReport(report)).toBe('boss@seller.example opened "Ann has signed"');
  expect(describeReport({ ...report, recipients: ['boss@seller.example', 'ann@example.com'] })).toBe(
    'ann@example.com opened "Ann has signed"',
  );
  expect(describeReport({ ...report, name: 'email_unsubscribed' })).toBe('ann@example.com unsubscribed');
});
