import { expect, it } from 'vitest';
import { type EmaillessEvent, whyNoEmail } from './why-no-email.ts';

const NOW = 1_796_040_000;
const moved = (part: Partial<EmaillessEvent>): EmaillessEvent => ({
  ...{ kind: 'deal_moved', rule: 'Sales / Won → deal_won', outcome: 'done', clientState: 'mailable' },
  at: (NOW - 3_600) * 1000,
  ...part,
});

it.each([
  [
    'a client who had unsubscribed',
    moved({ clientState: 'unsubscribed' }),
    'No email: the client had unsubscribed',
  ],
  ['a stage change of a minute ago', moved({ at: (NOW - 60) * 1000 }), 'No email reported yet'],
  ['an email that is never reported', moved({}), /^No email reported: the campaign may wait/],
])('%s is explained', (_, event, text) => {
  expect(whyNoEmail(event, NOW)).toMatch(text);
});

it.each([
  ['has no rule', moved({ rule: null })],
  ['has failed', moved({ outcome: 'failed' })],
  ['is held', moved({ outcome: 'held' })],
  ['is a report', moved({ kind: 'mail_report' })],
])('an event that %s says itself why there is none', (_, event) => {
  expect(whyNoEmail(event, NOW)).toBeNull();
});
