import { expect, it } from 'vitest';
import { contact, deal, dealContext, field, rules, SALES } from '../../../test/support/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { type TestEvent, testEvent } from './test-event.ts';

const TO = 'editor@desk.example';
const STAGE = { part: 'stages', index: 0 } as const;
const catalog = { pipelines: [SALES], account: { timezone: 'Europe/Madrid', country: 'ES' } } as never;

function sent(part: Partial<Rules>, context = {}, rule: Parameters<typeof testEvent>[0]['rule'] = STAGE) {
  const made = testEvent({ rules: rules(part), rule, deal: dealContext(context), catalog, to: TO });
  return made as TestEvent;
}
const withData = (data: Rules['stages'][number]['data']) =>
  sent({ stages: [{ ...rules().stages[0]!, data }] }).data;

it('the test person gets the client’s values, its own address and the mark, and nothing that names the deal', () => {
  expect(sent({})).toEqual({
    event: 'deal_won',
    attributes: { name: 'Ann Lee', plan: 'Pro', deal_amount: 1200, email: TO, stagepost_test: true },
    data: { amount: 1200, plan: 'Pro' },
  });
});

it('no value is left by which a campaign could reach the client', () => {
  const values = {
    to: 'contact.email',
    invoices: 'deal.field.Invoices',
    phone: 'contact.phone',
    mobile: 'contact.phone_e164',
    text: 'Dear {{ contact.first_name }} <{{ contact.email }}>',
  };
  const other = { deal: deal({ fields: [field('Invoices', 'office@client.example')] }) };
  const { attributes } = sent({ attributes: values }, other);
  expect(attributes).toEqual({
    ...{ to: TO, invoices: TO, text: `Dear Ann <${TO}>` },
    ...{ email: TO, stagepost_test: true },
  });
  expect(withData({ call: '{{ contact.phone }}', mail: 'contact.email' })).toEqual({ mail: TO });
});

it('a rule cannot give the test person another identity, or opt it out', () => {
  const attributes = {
    ...{ id: 'deal.id', email: 'contact.email', unsubscribed: 'true', kommo_deal_id: 'deal.id' },
    cio_subscription_preferences: 'deal.name',
  };
  expect(sent({ attributes }).attributes).toEqual({ email: TO, stagepost_test: true });
});

it('a price that is a part of a phone number is no phone number', () => {
  const phones = { contacts: [contact({ phones: ['+34 600 000 120'] })] };
  expect(sent({}, phones).attributes.deal_amount).toBe(1200);
});

it('an inactivity rule sends what its timer would', () => {
  expect(sent({}, {}, { part: 'inactivity', index: 0 })).toMatchObject({
    event: 'onboarding_inactive',
    data: { deal_id: 5, since_event: 'deal_won' },
  });
});

it('a text that cannot be rendered, and a rule that is gone, are said', () => {
  const broken = { ...rules().stages[0]!, data: { x: '{{ deal.name | nofilter }}' } };
  const of = (part: Partial<Rules>, index = 0) =>
    testEvent({
      rules: rules(part),
      rule: { part: 'stages', index },
      ...{ deal: dealContext(), catalog, to: TO },
    });
  expect(of({ stages: [broken] })).toMatch(/nofilter/);
  expect(of({}, 7)).toBe('The draft has no such rule any more.');
});
