import { expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

it('collapses line ends and control characters into single spaces', () => {
  expect(oneLine(' a\r\n\tb\u0000c ', 100)).toBe('a b c');
});

it('cuts what is too long, and never within a character', () => {
  expect(oneLine('abcdef', 5)).toBe('abcd…');
  expect(oneLine('abc😀def', 5)).toBe('abc…');
});
