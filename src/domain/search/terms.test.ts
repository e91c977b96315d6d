import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesWords, searchPrefix, searchTerms, searchWords } from './terms.ts';

it.each([
  ['Ann Lee, Pro', ['ann', 'lee', 'pro']],
  ['José ÁLVAREZ-Núñez', ['jose', 'alvarez', 'nunez']],
  ['ann.lee+x@acme.example', ['ann', 'lee', 'x', 'acme', 'example']],
  ['北京 Ltd', ['北京', 'ltd']],
  [' - ', []],
])('%s is found by its words', (text, words) => {
  expect(searchWords(text)).toEqual(words);
});

it('a text has a term from each of its words on, unless another one begins with it', () => {
  expect(searchTerms(['Ann Lee, Pro', 'Ann Lee', 'ann@acme.example'])).toEqual([
    'acme example',
    'ann acme example',
    'ann lee pro',
    'example',
    'lee pro',
    'pro',
  ]);
});

it('every beginning of a text, from any of its words on, is the beginning of one of its terms', () => {
  const phrase = fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 40 }),
    from: fc.nat(5),
    length: fc.nat(20),
  });
  fc.assert(
    fc.property(phrase, ({ text, from, length }) => {
      const words = searchWords(text).slice(0, 10).slice(from);
      const typed = words.join(' ').slice(0, length);
      if (typed.trim() === '') return;
      const prefix = searchPrefix(searchWords(typed));
      expect(searchTerms([text]).some((term) => term.startsWith(prefix))).toBe(true);
    }),
  );
});

it('terms can be stored: they are short, and no character is cut in half', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const isStorable = (term: string) => term.isWellFormed() && term.length <= 60 && !term.includes('\0');
      return searchTerms([text]).every(isStorable);
    }),
  );
});

it('words match in any order, each by its beginning', () => {
  expect(matchesWords(['acm', 'ann'], ['Ann Lee', 'Acme Ltd'])).toBe(true);
  expect(matchesWords(['acm', 'nn'], ['Ann Lee', 'Acme Ltd'])).toBe(false);
});
