import { z } from 'zod';
import { customerioKind } from './kind.ts';

const payload = z.object({
  kind: z.literal('lift_suppression'),
  /** The identifier of the person whose address it is. */
  person: z.string(),
  email: z.string(),
  /** `check`: only says whether the address is suppressed. */
  how: z.enum(['lift', 'check']),
});

/**
 * Looks an address up in the suppression lists of Customer.io's mail provider, which sends nothing to an address on them, and
 * takes it off. By the App API, so other actions of the person do not wait for it.
 */
export const liftSuppression = {
  ...customerioKind({
    kind: 'lift_suppression',
    payload,
    metric: 'suppressions_lifted',
    describe: ({ email, how }, words) =>
      how === 'lift' ? words.liftSuppression(email) : words.checkSuppression(email),
    call: 'liftSuppression',
    item: ({ person, email }) => ({ person, email }),
  }),
  orderingKey: ({ person }: z.output<typeof payload>) => `suppression ${person}`,
};
