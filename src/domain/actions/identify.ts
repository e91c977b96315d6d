import { z } from 'zod';
import type { Sentences } from '../../languages/en.ts';
import { customerioKind, jsonValues, unixSeconds } from './kind.ts';

const payload = z.object({
  kind: z.literal('identify'),
  person: z.string(),
  attributes: jsonValues,
  timestamp: unixSeconds,
});

/** Creates or updates the person in Customer.io. */
export const identify = customerioKind({
  kind: 'identify',
  payload,
  metric: 'identified',
  describe: ({ person, attributes }, words) => changeOf(person, attributes, words),
  call: 'identify',
  item: ({ person, attributes, timestamp }) => ({ person, attributes, timestamp }),
});

/** An update of nothing but the consent says what it changes. */
function changeOf(person: string, attributes: Record<string, unknown>, words: Sentences['actions']): string {
  const names = Object.keys(attributes);
  if (names.length === 1 && typeof attributes.unsubscribed === 'boolean')
    return attributes.unsubscribed ? words.unsubscribe(person) : words.subscribe(person);
  return words.identify(person, names.length);
}
