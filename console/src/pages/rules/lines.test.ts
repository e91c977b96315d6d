import fc from 'fast-check';
import { expect, it } from 'vitest';
import { difference, folded, type Line } from './lines.ts';

const shown = (lines: Line[]) =>
  lines.map(({ text, mark }) => ({ same: ' ', gone: '-', new: '+' })[mark] + text);
const letters = (text: string) => [...text];

it('marks what is gone and what is new, and keeps the common lines together', () => {
  expect(shown(difference(letters('abcd'), letters('axcde')))).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
  expect(shown(difference([], letters('a')))).toEqual(['+a']);
  expect(shown(difference(letters('ab'), letters('ab')))).toEqual([' a', ' b']);
});

it('without its new lines is the first text, and without its gone ones the second', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (from, to) => {
      const lines = difference(from, to);
      expect(lines.filter(({ mark }) => mark !== 'new').map((line) => line.text)).toEqual(from);
      expect(lines.filter(({ mark }) => mark !== 'gone').map((line) => line.text)).toEqual(to);
    }),
  );
});

it('folds equal lines that are far from what differs', () => {
  const lines = difference(letters('abcdefghij'), letters('abcdefghijX'));
  expect(folded(lines, 2)).toEqual([{ hidden: 8 }, { lines: lines.slice(8) }]);
  expect(folded(difference(['a'], ['a']))).toEqual([{ hidden: 1 }]);
});
