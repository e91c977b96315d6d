import { expect, it } from 'vitest';
import { refusalIn, refusalWarning } from './refusal-warning.ts';

const OTHER = 'The identifier is already associated with a different profile.';

it.each([
  [
    { call: 'identify', name: 'email', value: 'ann@new.example', reason: OTHER },
    'Customer.io refused the email ann@new.example: it belongs to another profile. The person keeps the email of before.',
  ],
  [
    { call: 'identify', name: 'plan', value: 'x', reason: 'A person cannot have more than 300 attributes.' },
    'Customer.io refused "plan": A person cannot have more than 300 attributes.',
  ],
  [
    { call: 'track', name: 'deal_won', value: null, reason: 'The identifier is suppressed.' },
    'Customer.io accepted the event and refused it later: The identifier is suppressed.',
  ],
] as const)('%j is told, and found among other warnings', (part, text) => {
  expect(refusalWarning(part)).toBe(text);
  expect(refusalIn(['A text was cut.', text])).toBe(text);
});

it('an update that was left out, since a newer one was processed, is no trouble', () => {
  const reason = 'A newer update was already processed.';
  expect(refusalIn([refusalWarning({ call: 'identify', name: null, value: null, reason })])).toBeNull();
});
