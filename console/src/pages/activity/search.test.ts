import { expect, it } from 'vitest';
import { activitySearch, filterOf, findingOf } from './search.ts';

it('what makes no sense in an address is left out', () => {
  const typed = {
    show: 'some',
    stage: '7001',
    reason: 'odd',
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

it('what had nothing to do is hidden, unless the address asks for it', () => {
  const hides = (search: Record<string, unknown>) => filterOf(activitySearch(search), 'acme', 0).hide;
  expect(hides({ stage: '7001-142' })).toBe('nothing');
  for (const search of [{ show: 'all' }, { outcome: 'nothing' }, { reason: 'no_rule' }])
    expect(hides(search)).toBeUndefined();
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
