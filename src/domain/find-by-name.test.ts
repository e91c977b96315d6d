import { expect, it } from 'vitest';
import { findByName } from './find-by-name.ts';

const FIELDS = [
  { id: 1, name: 'Plan', code: null },
  { id: 2, name: 'plan ', code: 'PLAN_CODE' },
  { id: 3, name: '1', code: null },
];
const ids = (text: string) => findByName(text, FIELDS).map(({ id }) => id);

it('an exact match goes before one in other letters', () => {
  expect(ids('Plan')).toEqual([1]);
  expect(ids(' Plan ')).toEqual([1]);
});

it('a name in other letters matches everything that reads the same', () => {
  expect(ids('PLAN')).toEqual([1, 2]);
});

it('an id goes before a name that is a number', () => {
  expect(ids('1')).toEqual([1]);
});

it('a code matches in any letter case', () => {
  expect(ids('plan_code')).toEqual([2]);
});

it('an unknown name matches nothing', () => {
  expect(ids('Segment')).toEqual([]);
});
