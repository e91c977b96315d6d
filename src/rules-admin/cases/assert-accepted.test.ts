import { expect, it } from 'vitest';
import type { JudgedCase } from './case-schemas.ts';
import { assertAccepted } from './rule-cases.ts';

const judged = (result: JudgedCase['result'], name = 'Lost deal'): JudgedCase => ({
  ...{ id: 1, name, title: 'Deal 5 moved.', result, expected: null, actual: null },
});

it('cases that come out as expected ask for nothing', () => {
  expect(assertAccepted([], {})).toBeNull();
  expect(assertAccepted([judged('same')], {})).toBeNull();
});

it('a case that differs, or cannot be judged, must be accepted with a reason', () => {
  for (const result of ['different', 'unknown'] as const) {
    const cases = [judged('same', 'Fine'), judged(result)];
    expect(() => assertAccepted(cases, { note: 'Because' })).toThrow(
      '1 of 2 test cases do not come out as expected: “Lost deal”',
    );
    expect(() => assertAccepted(cases, { acceptDifferentCases: true, note: '  ' })).toThrow(
      'Give the reason',
    );
    expect(assertAccepted(cases, { acceptDifferentCases: true, note: 'Because' })).toContain('“Lost deal”');
  }
});

it('a few of many are named', () => {
  const many = Array.from({ length: 8 }, (_, index) => judged('different', `Case ${index}`));
  const accepted = assertAccepted(many, { acceptDifferentCases: true, note: 'Because' });
  expect(accepted).toContain('“Case 4” and 3 more');
});
