import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairShare, type Member } from './fair-share.ts';

const instances = fc
  .uniqueArray(fc.record({ instance: fc.string({ minLength: 1 }), runs: fc.nat(50) }), {
    selector: ({ instance }) => instance,
    minLength: 1,
    maxLength: 8,
  })
  .map((members) => ({ members, total: members.reduce((sum, { runs }) => sum + runs, 0) }));

const sharesOf = (members: Member[], total: number) =>
  members.map((member) =>
    fairShare(
      member,
      members.filter((other) => other !== member),
      total,
    ),
  );

it('an instance alone runs every connection', () => {
  expect(fairShare({ instance: 'a', runs: 0 }, [], 7)).toBe(7);
});

it('shares add up to all connections, and no two differ by more than one', () => {
  fc.assert(
    fc.property(instances, fc.nat(300), ({ members }, total) => {
      const shares = sharesOf(members, total);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

it('nothing moves once the numbers differ by one at most', () => {
  fc.assert(
    fc.property(instances, ({ members, total }) => {
      const first = sharesOf(members, total);
      const balanced = members.map(({ instance }, index) => ({ instance, runs: first[index]! }));
      expect(sharesOf(balanced, total)).toEqual(first);
    }),
  );
});
