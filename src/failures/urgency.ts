import type { FailureCase } from './advice.ts';

/**
 * What a failure means for the client, the most urgent first:
 * - `email`: Customer.io does not know what it must, so the client gets no email, a wrong one, or one too many
 * - `deal`: the deal in Kommo does not show what happened
 * - `none`: nothing can be repaired; it is only to be dismissed
 */
export const URGENCIES = ['email', 'deal', 'none'] as const;
export type Urgency = (typeof URGENCIES)[number];

export function urgencyOf({ lane, code, removed }: Pick<FailureCase, 'lane' | 'code' | 'removed'>): Urgency {
  if (removed || code === 'deal_not_found') return 'none';
  return lane === 'customerio' ? 'email' : 'deal';
}
