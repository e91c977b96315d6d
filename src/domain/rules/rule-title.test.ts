import { expect, it } from 'vitest';
import { ruleOfTitle } from './rule-title.ts';

it.each([
  ['Sales / Closed - won → deal_won', { part: 'stages', name: 'Closed - won' }],
  ['email_opened', { part: 'reactions', name: 'email_opened' }],
  ['inactivity: deal_won → onboarding_inactive', { part: 'inactivity', name: 'deal_won' }],
])('%s is a rule with its part and name', (title, rule) => {
  expect(ruleOfTitle(title)).toEqual({ ...rule, title });
});

it.each([[null], ['backfill'], ['person.attributes'], ['person.when_contact_deleted']])(
  '%s is no rule of the form',
  (title) => expect(ruleOfTitle(title)).toBeNull(),
);
