import { expect, it } from 'vitest';
import { mailReport } from '../../../test/support/entities.ts';
import { emailStep } from './email-step.ts';

const AT = 1_700_000_900;
const stepOf = (name: string, part = {}) =>
  emailStep(mailReport({ name, occurredAt: AT, deliveryId: 'd1', ...part }));

it.each([
  ['email_sent', {}, { sentAt: AT }],
  ['email_delivered', {}, { arrivedAt: AT }],
  ['email_opened', {}, { arrivedAt: AT, openedAt: AT }],
  ['email_opened', { machine: true }, { arrivedAt: AT }],
  ['email_clicked', {}, { arrivedAt: AT, openedAt: AT, clickedAt: AT }],
  ['email_clicked', { machine: true }, { arrivedAt: AT }],
  ['email_unsubscribed', {}, { arrivedAt: AT }],
  ['email_bounced', {}, { failure: 'bounced' }],
  ['email_dropped', {}, { failure: 'suppressed' }],
  ['email_failed', {}, { failure: 'not_delivered' }],
])('%s %o', (name, part, step) => {
  expect(stepOf(name, part)).toEqual(step);
});

it.each([
  ['a draft', 'email_drafted', {}],
  ['another channel', 'sms_sent', {}],
  ['a report without a message', 'email_sent', { deliveryId: null }],
  ['a report about the person', 'email_unsubscribed', { values: { about: 'person' } }],
])('says nothing of %s', (_, name, part) => {
  expect(stepOf(name, part)).toBeNull();
});
