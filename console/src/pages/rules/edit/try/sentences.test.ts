import { expect, it } from 'vitest';
import type { Coverage, Decision } from '../../../../api/types.ts';
import { sentencesOf } from './sentences.ts';

const planned: Decision = {
  ...{ outcome: 'planned', rule: null, reason: null, warnings: [], requests: [] },
  client: { name: 'Ann', canGetEmail: true },
  effects: [
    { kind: 'profile', name: null, text: '2' },
    { kind: 'event', name: 'deal_lost', text: '' },
    { kind: 'note', name: null, text: 'Lost' },
  ],
};

function coverage(status: Coverage['events'][number]['status']): Coverage {
  const campaign = { id: 1, name: 'Lost deal', state: status === 'running' ? 'running' : 'draft' };
  return { events: [{ event: 'deal_lost', status, campaigns: [campaign] }] } as unknown as Coverage;
}

it('the client and the campaign come first, then the note, and the profile last', () => {
  expect(sentencesOf(planned, coverage('running'))).toEqual([
    'Ann gets the campaign “Lost deal”, which starts with the event deal_lost.',
    'The note says: “Lost”',
    'Ann’s profile in Customer.io is updated: 2 attributes.',
  ]);
});

it('a campaign that does not run, or is not known, is not promised', () => {
  expect(sentencesOf(planned, coverage('idle'))[0]).toContain('no running campaign starts with it');
  expect(sentencesOf(planned, undefined)[0]).toBe('Customer.io gets the event deal_lost for Ann.');
});

it('a client who can’t get email is not promised a campaign', () => {
  const unsubscribed = { ...planned, client: { name: 'Ann', canGetEmail: false } };
  expect(sentencesOf(unsubscribed, coverage('running'))[0]).toBe(
    'Customer.io gets the event deal_lost for Ann, who can’t get email.',
  );
});

it('a decision to do nothing says why', () => {
  const ignored: Decision = { ...planned, outcome: 'ignored', effects: [], reason: 'Ann has unsubscribed.' };
  expect(sentencesOf(ignored, undefined)).toEqual(['Nothing happens: Ann has unsubscribed.']);
});
