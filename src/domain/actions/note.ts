import { z } from 'zod';
import { dealId, kommoKind } from './kind.ts';

const payload = z.object({ kind: z.literal('note'), dealId, text: z.string() });

/** Adds a note to the deal. */
export const note = kommoKind({
  kind: 'note',
  payload,
  metric: 'notes',
  describe: ({ dealId, text }, words) => words.note(dealId, text),
  call: 'addNotes',
  item: ({ dealId, text }) => ({ dealId, text }),
});
