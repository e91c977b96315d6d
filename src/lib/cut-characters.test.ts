import { expect, it } from 'vitest';
import { cutCharacters } from './cut-characters.ts';

it.each([
  ['a'.repeat(256), 'a'.repeat(256)],
  ['a'.repeat(257), `${'a'.repeat(255)}…`],
  ['😀'.repeat(256), '😀'.repeat(256)],
  ['😀'.repeat(400), `${'😀'.repeat(255)}…`],
])('cuts at whole characters', (text, cut) => {
  expect(cutCharacters(text, 256)).toBe(cut);
});
