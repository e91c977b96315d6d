import { expect, it } from 'vitest';
import type { DraftTree } from '../../../api/types.ts';
import { formOf } from './form.ts';
import { renamedEvents, withRenamedTimers } from './renamed-events.ts';

const stage = (name: string, event: string) => ({ pipeline: 'Sales', stage: name, event });
const timer = (start: string) => ({ start, after: '5d', unless: 'email_opened', event: 'quiet' });
const LIVE: DraftTree = {
  stages: [stage('Won', 'deal_won'), stage('Lost', 'deal_lost')],
  inactivity: [timer('deal_won'), timer('deal_lost')],
};
const renamed = (draft: DraftTree) => [...renamedEvents(formOf(draft), LIVE)];

it('an event with another name is renamed as long as a timer starts with the former one', () => {
  const draft = { ...LIVE, stages: [stage('Won', 'deal_won'), stage('Lost', 'lost_a')] };
  expect(renamed(draft)).toEqual([[1, { from: 'deal_lost', to: 'lost_a', timers: 1 }]]);
  const after = withRenamedTimers(formOf(draft), { from: 'deal_lost', to: 'lost_a' });
  expect(after.inactivity.map(({ start }) => start)).toEqual(['deal_won', 'lost_a']);
  expect([...renamedEvents(after, LIVE)]).toEqual([]);
});

it('nothing is renamed where nothing was changed, the name is being typed, or another stage sends the former event', () => {
  expect(renamed(LIVE)).toEqual([]);
  expect(renamed({ ...LIVE, stages: [stage('Won', 'deal_won'), stage('Lost', '')] })).toEqual([]);
  expect(renamed({ ...LIVE, stages: [stage('Won', 'deal_lost'), stage('Lost', 'lost_a')] })).toEqual([
    [0, { from: 'deal_won', to: 'deal_lost', timers: 1 }],
  ]);
});
