import { z } from 'zod';
import { customerioKind, jsonValues, unixSeconds } from './kind.ts';

const payload = z.object({
  kind: z.literal('track'),
  person: z.string(),
  name: z.string(),
  data: jsonValues,
  timestamp: unixSeconds,
});

/** Sends the event that starts a campaign. */
export const track = customerioKind({
  kind: 'track',
  payload,
  metric: 'sent',
  describe: ({ name, person }, words) => words.track(name, person),
  call: 'track',
  item: ({ person, name, data, timestamp }) => ({ person, name, data, timestamp }),
});
