import type { Deal, UnixSeconds } from '../entities.ts';
import type { DealChanged } from '../events.ts';
import type { FieldEdit } from './crm-edit.ts';

/** After a restore: what tells a value that the lost database has written from an edit of a user. */
export interface LostWrites {
  /** When the backup was made. */
  from: UnixSeconds;
  /** When the restored database was started. */
  until: UnixSeconds;
  /** The names of people of whom reports of an opt-out are still to be planned. */
  reported: ReadonlySet<string>;
}

/** The clocks of Kommo and of this machine may differ by this much, s. */
const SLACK_S = 60;

/**
 * Whether the lost database has set the opt-out on a deal: between the backup and the restart, not as a user, and for a report of
 * the client that is known without it. All three must be so, since an opt-out that is not recognised would be undone.
 * @param change the webhook of the value; null where the deal was read for another reason
 * @param isReported whether a report says that the client has opted out
 */
export function isLostWrite(
  { wish, by }: Pick<FieldEdit, 'wish' | 'by'>,
  { deal, change }: { deal: Pick<Deal, 'updatedAt' | 'updatedBy'>; change: DealChanged | null },
  isReported: boolean,
  { from, until }: LostWrites,
): boolean {
  if ((wish !== 'opt_out' && wish !== 'complaint') || by || !isReported) return false;
  const isWithin = (at: UnixSeconds | null) => at !== null && at >= from - SLACK_S && at <= until + SLACK_S;
  const isChange = by === 0 && change !== null && isWithin(change.occurredAt);
  return isChange || (deal.updatedBy === 0 && isWithin(deal.updatedAt));
}
