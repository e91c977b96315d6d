import { expect, test } from 'vitest';
import type { IncomingLead } from '../model.ts';
import { accountBody } from './format.ts';
import { incomingItem } from './incoming-item.ts';

const incoming: IncomingLead = {
  uid: '4a1f7d3c9b0e42d6a8c5e1f20b7d9c31',
  category: 'forms',
  source_uid: null,
  source_name: 'Demo request',
  pipeline_id: 9_621_010,
  created_at: 1_796_000_000,
  metadata: { form_id: 1, form_name: 'Demo request' },
  lead_id: 7001,
  contact_ids: [501],
};

function bodyOf(kind: 'incoming_lead_added' | 'incoming_lead_accepted' | 'incoming_lead_declined') {
  const item = incomingItem({ kind, incoming, by: 8_375_357, at: 1_796_000_060 });
  const body = accountBody([item], { id: 32_100_321, subdomain: 'acme' }, 'last');
  return Object.fromEntries(new URLSearchParams(body));
}

test('an incoming lead is unsorted[add] with its deal', () => {
  expect(bodyOf('incoming_lead_added')).toMatchObject({
    'unsorted[add][0][uid]': incoming.uid,
    'unsorted[add][0][lead_id]': '7001',
    'unsorted[add][0][source_data][form_name]': 'Demo request',
  });
});

test('accepting is unsorted[delete] with the deal and its contacts', () => {
  expect(bodyOf('incoming_lead_accepted')).toMatchObject({
    'unsorted[delete][0][action]': 'accept',
    'unsorted[delete][0][accept_result][leads][0]': '7001',
    'unsorted[delete][0][accept_result][contacts][0]': '501',
    'unsorted[delete][0][decline_result][leads]': '',
  });
});

test('declining is unsorted[delete] with the deal alone', () => {
  const body = bodyOf('incoming_lead_declined');
  expect(body).toMatchObject({
    'unsorted[delete][0][action]': 'decline',
    'unsorted[delete][0][decline_result][leads][0]': '7001',
  });
  expect(Object.keys(body).some((key) => key.includes('accept_result'))).toBe(false);
});
