import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import type { SimulationInput } from '../../pipeline/plan/simulate.ts';
import { packFacts, unpackExpected, unpackFacts } from './case-facts.ts';

it('facts keep their maps and sets, and lose the rules and the names of the account', () => {
  const simulation = {
    events: [],
    variants: [{ rules: { secret: true }, state: { people: new Map([['p', 1]]) }, people: new Map() }],
    unanswered: new Set(['r']),
    deals: new Map([[5, { deal: null }]]),
    catalog: { users: [] },
    now: 7,
  } as unknown as SimulationInput;
  const facts = unpackFacts(packFacts(simulation));
  expect(facts).toEqual({
    ...{ events: [], unanswered: new Set(['r']), deals: new Map([[5, { deal: null }]]), now: 7 },
    ...{ state: { people: new Map([['p', 1]]) }, people: new Map() },
  });
});

it('what another version, or nobody, has saved cannot be judged', () => {
  expect(unpackFacts(serialize({ format: 99, facts: {} }))).toBeNull();
  expect(unpackExpected(Buffer.from('nonsense'))).toBeNull();
});
