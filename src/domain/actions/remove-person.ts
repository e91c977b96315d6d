import { z } from 'zod';
import { customerioKind, unixSeconds } from './kind.ts';

const payload = z.object({
  kind: z.literal('remove_person'),
  person: z.string(),
  how: z.enum(['unsubscribe', 'delete']),
  timestamp: unixSeconds,
});

/**
 * Takes a person whose contact was deleted off the list, or deletes the profile. Kommo reports the contacts that a merge
 * removes as deleted, too, and the surviving contact may be read later: so this waits ten minutes, and is not done where
 * the person has a contact by then.
 */
export const removePerson = {
  ...customerioKind({
    kind: 'remove_person',
    payload,
    metric: 'people_removed',
    describe: ({ person, how }, words) =>
      how === 'delete' ? words.deletePerson(person) : words.unsubscribe(person),
    call: 'removePerson',
    item: ({ person, how, timestamp }) => ({ person, how, timestamp }),
  }),
  orderingKey: ({ person }: z.output<typeof payload>) => `remove ${person}`,
  delayMs: 600_000,
};
