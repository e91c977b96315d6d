import type { DealDeleted } from '../events.ts';
import { noActions, type Plan } from './plan-types.ts';

/** A deal was deleted: its watches stop, and it is nobody's deal any more. */
export function planDeletion({ dealId }: DealDeleted): Plan {
  return {
    ...noActions('The deal was deleted. Its running watches stop.'),
    effects: [{ kind: 'deal_deleted', dealId }],
    dealId,
  };
}
