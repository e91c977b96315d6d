import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRing } from './ring.ts';

it('remembers the last entries, oldest first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), (entries, size) => {
      const ring = createRing<number>(size);
      for (const entry of entries) ring.push(entry);
      expect(ring.all()).toEqual(entries.slice(-size));
      expect(ring.total).toBe(entries.length);
    }),
  );
});

it('works again after clear', () => {
  const ring = createRing<string>(2);
  for (const entry of ['a', 'b', 'c']) ring.push(entry);
  ring.clear();
  ring.push('d');
  expect(ring.all()).toEqual(['d']);
});

it('refuses a size of nothing', () => {
  expect(() => createRing(0)).toThrow('1 entry or more, not 0');
});
