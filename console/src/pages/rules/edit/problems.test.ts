import { expect, it } from 'vitest';
import { formOf } from './form.ts';
import { placeOf } from './places.ts';
import { anchorOf, anchorsAround, itemOf, problemAt } from './problems.ts';

const problem = (path: (string | number)[], message: string, hint: string | null = null) => ({
  path,
  line: 1,
  column: 1,
  message,
  hint,
});

it('says at an input what is wrong there and inside of it, and nothing of its neighbours', () => {
  const problems = [
    problem(['stages', 1, 'event'], 'is empty'),
    problem(['stages', 1, 'data', 'plan'], '"deal.plan" does not exist', 'Did you mean "deal.field.Plan"?'),
  ];
  expect(problemAt(problems, ['stages', 1, 'event'])).toBe('Is empty.');
  expect(problemAt(problems, ['stages', 1, 'data'])).toBe(
    '"deal.plan" does not exist. Did you mean "deal.field.Plan"?',
  );
  expect(problemAt(problems, ['stages', 11])).toBeUndefined();
});

it('finds the way to an input from the inside out, and what must be unfolded for it', () => {
  const path = ['reactions', 'email_opened', 'field', 'My field'];
  expect(anchorsAround(path)).toEqual([
    'at.reactions.email_opened.field.My%20field',
    'at.reactions.email_opened.field',
    'at.reactions.email_opened',
    'at.reactions',
  ]);
  expect(itemOf(path)).toBe(anchorOf(['reactions', 'email_opened']));
  expect(itemOf(['person', 'attributes', 'plan'])).toBeNull();
});

it('names a place of the draft as its reader knows it', () => {
  const form = formOf({ stages: [{ pipeline: 'Sales', stage: 'Closed - won', event: 'deal_won' }] });
  expect(placeOf(['stages', 0, 'data', 'plan'], form)).toBe('Closed - won, data, plan');
  expect(placeOf(['person', 'attributes', 'plan'], form)).toBe('Person, attribute, plan');
  expect(placeOf(['inactivity', 0, 'unless'], form)).toBe('Timer 1, stopped by');
  expect(placeOf([], form)).toBe('Rules');
});
