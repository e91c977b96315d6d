import { expect, it } from 'vitest';
import type { FailureGroup } from '../../api/types.ts';
import { firstStep } from './first-step.ts';
import { groupOf } from './problem-fixtures.ts';

const rule = { part: 'stages', name: 'Won', title: 'Sales / Won → won' } as const;

it.each<[string, Partial<FailureGroup>, object | null]>([
  [
    'a text of a rule',
    { rule, owner: 'author of the rules' },
    { to: '/rules/edit', label: 'Edit “Won”', search: { connection: 'acme', rule: 'Sales / Won → won' } },
  ],
  ['attributes', { owner: 'author of the rules' }, { to: '/rules/edit', label: 'Edit the rules' }],
  ['a missing field', { code: 'field_missing' }, { to: '/connections', label: 'Create the field' }],
  ['an outage', { owner: 'operator', code: 'attempts_exhausted' }, { to: '/connections' }],
  [
    'a refused address',
    { owner: 'sales team', code: 'identifier_refused' },
    { to: '/subject', label: 'See Ann Lee', search: { q: '7' } },
  ],
  ['a deleted deal', { owner: 'nobody', code: 'deal_not_found' }, null],
  ['removed contents', { owner: 'sales team', removed: true }, null],
])('the first step for %s', (_name, part, step) => {
  const found = firstStep(groupOf(part));
  if (step === null) expect(found).toBeNull();
  else expect(found).toMatchObject(step);
});
