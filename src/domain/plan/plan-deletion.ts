import type { DealDeleted } from '../events.ts';
import { noActions, type Plan } from './plan-types.ts';

/** A deal was deleted: stop its watches and unlink it from its people. */
export function planDeletion({ dealId }: DealDeleted): Plan {
  return {
    ...noActions('The deal was deleted, so its inactivity timers were stopped.'),
    effects: [{ kind: 'deal_deleted', dealId }],
    dealId,
  };
}
