import { expect, it } from 'vitest';
import { dealsSearch, lostSearch, overviewSearch } from './search.ts';

it('keeps what is valid in the address', () => {
  expect(overviewSearch({ period: '30d', pipeline: '12' })).toEqual({ period: '30d', pipeline: 12 });
  expect(dealsSearch({ campaign: '7' })).toEqual({ campaign: 7 });
  expect(dealsSearch({ step: 'missed', reason: 'unsubscribed', stage: 142 })).toEqual({
    step: 'missed',
    reason: 'unsubscribed',
    stage: 142,
  });
  expect(lostSearch({ kind: 'bounced', period: 'today' })).toEqual({ kind: 'bounced', period: 'today' });
});

it('ignores what is not', () => {
  expect(overviewSearch({ period: 'ever', from: 'today', pipeline: '-1' })).toEqual({});
  expect(lostSearch({ kind: 'angry', pipeline: '12' })).toEqual({});
  expect(dealsSearch({ step: 'sold', reason: 'because', stage: '' })).toEqual({});
});
