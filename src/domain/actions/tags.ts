import { z } from 'zod';
import { dealId, kommoKind } from './kind.ts';

const payload = z.object({
  kind: z.literal('tags'),
  dealId,
  /** Names of tags. One that does not exist in Kommo yet is created. */
  add: z.array(z.string()),
  remove: z.array(z.string()),
});

/** Adds tags to the deal and removes others. Tags that are not named stay. */
export const tags = kommoKind({
  kind: 'tags',
  payload,
  metric: 'tags',
  describe: ({ dealId, add, remove }, words) => {
    const changes = [...add.map((name) => `+ ${name}`), ...remove.map((name) => `− ${name}`)];
    return words.tags(dealId, changes.join(', '));
  },
  call: 'updateDeals',
  item: ({ dealId, add, remove }) => ({ dealId, tags: { add, remove } }),
});
