import { expect, it } from 'vitest';
import { activitySearch, filterOf, findingOf } from './search.ts';

it('what makes no sense in an address is left out', () => {
  const typed = {
    hide: 'all',
    kind: 'deal_moved',
    outcome: 'odd',
    deal: 'x',
    since: -1,
    until: '',
    email: 7,
    other: 'y',
  };
  expect(activitySearch(typed)).toEqual({ kind: 'deal_moved', email: '7' });
});

it('a period is counted from when the page was opened', () => {
  expect(filterOf({ period: '1h', outcome: 'failed' }, 'acme', 10_000_000)).toEqual({
    connection: 'acme',
    outcome: 'failed',
    since: 6_400_000,
  });
});

it.each([
  ['30000012', { deal: 30000012 }],
  [' #30000012 ', { deal: 30000012 }],
  ['https://acme.kommo.com/leads/detail/30000012?x=1', { deal: 30000012 }],
  ['ann@acme.example', { email: 'ann@acme.example' }],
  ['', {}],
])('"%s" is looked for as what it is', (typed, expected) => {
  const { deal, email } = findingOf(typed);
  expect({ ...(deal === undefined ? {} : { deal }), ...(email === undefined ? {} : { email }) }).toEqual(
    expected,
  );
});
