import { expect, it } from 'vitest';
import { dealContext } from '../../test/support/entities.ts';
import { clientOf, effectsOf } from './decision-effects.ts';

it('each action says what it does', () => {
  const payloads = [
    { kind: 'track', person: 'ann@example.com', name: 'deal_won', data: {}, timestamp: 1 },
    { kind: 'identify', person: 'ann@example.com', attributes: { plan: 'Pro', price: 1 }, timestamp: 1 },
    { kind: 'note', dealId: 5, text: 'Won' },
    { kind: 'set_field', dealId: 5, field: 'email_status', value: 'opened' },
    { kind: 'tags', dealId: 5, add: ['hot'], remove: ['cold'] },
  ] as const;
  expect(effectsOf(payloads.map((payload) => ({ payload: structuredClone(payload) as never })))).toEqual([
    { kind: 'event', name: 'deal_won', text: '' },
    { kind: 'profile', name: null, text: '2' },
    { kind: 'note', name: null, text: 'Won' },
    { kind: 'field', name: 'email_status', text: 'opened' },
    { kind: 'tags', name: null, text: '+ hot, − cold' },
  ]);
});

it('the client is called by the first name of the contact, else as Customer.io knows them', () => {
  const deals = new Map([[5, dealContext()]]);
  const plan = { person: 'ann@example.com', dealId: 5, clientState: 'unsubscribed' } as const;
  expect(clientOf(plan, deals)).toEqual({ name: 'Ann', canGetEmail: false });
  expect(clientOf({ ...plan, person: 'other@example.com', clientState: null }, deals)).toEqual({
    ...{ name: 'other@example.com', canGetEmail: null },
  });
  expect(clientOf({ ...plan, person: null }, deals)).toBeNull();
});
