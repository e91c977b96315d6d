import { expect, it } from 'vitest';
import { plain, readable } from './names.ts';

it('names of reports become words, and the exact name stays with them', () => {
  expect(readable('Customer.io reports email_clicked "Hello"')).toEqual([
    { text: 'Customer.io reports ' },
    { text: 'email link clicked', name: 'email_clicked' },
    { text: ' "Hello"' },
  ]);
});

it.each([
  ['No reaction for in_app_opened.', 'No reaction for in-app message opened.'],
  ['customer_cio_subscription_preferences_changed', 'client changed subscription preferences'],
  ['email_status = unsubscribed', 'email_status = unsubscribed'],
  ['event my_email_opened_twice', 'event my_email_opened_twice'],
  ['deal_won', 'deal_won'],
])('"%s" reads "%s"', (sentence, expected) => {
  expect(plain(sentence)).toBe(expected);
});
