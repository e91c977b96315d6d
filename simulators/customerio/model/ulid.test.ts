import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUlid, ulid, ulidTime } from './ulid.ts';

test('a ULID keeps its time and sorts by it', () => {
  const time = fc.integer({ min: 0, max: 2 ** 47 });
  fc.assert(
    fc.property(time, time, (one, other) => {
      expect(ulidTime(ulid(one))).toBe(one);
      if (one < other) expect(ulid(one) < ulid(other)).toBe(true);
      expect(isUlid(ulid(one))).toBe(true);
    }),
  );
});

test.each([
  ['01E4C4CT6YDC7Y5M7FE1GWWPQJ', true],
  ['01e4c4ct6ydc7y5m7fe1gwwpqj', true],
  ['81E4C4CT6YDC7Y5M7FE1GWWPQJ', false],
  ['01E4C4CT6YDC7Y5M7FE1GWWPQ', false],
  ['01E4C4CT6YDC7Y5M7FE1GWWPQU', false],
  ['4f0c3d1e-6f0a-4b1e-9a5e-111111111111', false],
])('%s is a ULID: %s', (text, expected) => expect(isUlid(text)).toBe(expected));
