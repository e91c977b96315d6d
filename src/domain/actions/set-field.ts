import { z } from 'zod';
import { dealId, kommoKind } from './kind.ts';

const payload = z.object({
  kind: z.literal('set_field'),
  dealId,
  /** The field's name or id, as written in the configuration. */
  field: z.string(),
  value: z.string(),
});

/** Sets a field of the deal. */
export const setField = kommoKind({
  kind: 'set_field',
  payload,
  metric: 'fields',
  describe: ({ dealId, field, value }, words) => words.setField(dealId, field, String(value)),
  call: 'updateDeals',
  item: ({ dealId, field, value }) => ({ dealId, fields: { [field]: value } }),
  statusField: ({ field, value }) => ({ field, value }),
});
