import { z } from 'zod';
import { customerioKind } from './kind.ts';

const payload = z.object({
  kind: z.literal('merge'),
  /** The profile that stays. */
  person: z.string(),
  /** The profile that goes. */
  from: z.string(),
});

/**
 * Merges the profile that a person had into the one that the person has now. Customer.io docs: it cannot be undone, and
 * does nothing where the profile that stays does not exist (yet). So it follows the identify by a minute, and other
 * actions of the person do not wait for it.
 */
export const merge = {
  ...customerioKind({
    kind: 'merge',
    payload,
    metric: 'profiles_merged',
    describe: ({ person, from }, words) => words.merge(from, person),
    call: 'merge',
    item: ({ person, from }) => ({ person, from }),
  }),
  orderingKey: ({ person }: z.output<typeof payload>) => `merge ${person}`,
  delayMs: 60_000,
};
