import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildQuery, phpUrlencode } from './form.ts';

it('encodes as PHP does', () => {
  expect(phpUrlencode("a b~!'()*-_.é")).toBe('a+b%7E%21%27%28%29%2A-_.%C3%A9');
});

it('any text survives the way to a form parser', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (text, key) => {
      const [entry] = [...new URLSearchParams(buildQuery([['a', { [key]: text }]]))];
      expect(entry).toEqual([`a[${key}]`, text.toWellFormed()]);
    }),
  );
});

it('leaves out null and empty lists, and writes booleans as numbers', () => {
  expect(buildQuery([['a', { none: null, empty: [], yes: true, no: false }]])).toBe(
    'a%5Byes%5D=1&a%5Bno%5D=0',
  );
});
