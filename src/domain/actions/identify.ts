import { z } from 'zod';
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
  names: { one: 'person update', many: 'person updates' },
  metric: 'identified',
  describe: ({ person, attributes }) =>
    `Customer.io: identify ${person}, ${Object.keys(attributes).length} attributes`,
  call: 'identify',
  item: ({ person, attributes, timestamp }) => ({ person, attributes, timestamp }),
});
