import type { UnixSeconds } from './entities.ts';
import type { BulkGuard } from './rules/rules.ts';

/** A deal that entered a stage. */
export interface StageEntry {
  eventId: number;
  dealId: number;
  at: UnixSeconds;
}

/**
 * The events of all entries that belong to a burst: there is a time of the guard's length that contains them, and in which
 * more deals than the guard allows entered the stage. A deal that enters it twice counts once. Only the times of the
 * entries count, so that moves which are learnt of together after an outage are no burst.
 * @param entries of one stage, in the order of their times
 */
export function burstsOf(
  entries: readonly StageEntry[],
  { deals, withinSeconds }: BulkGuard,
): Set<StageEntry['eventId']> {
  const found = new Set<number>();
  const inWindow = new Map<number, number>();
  let first = 0;
  let marked = 0;
  for (const [last, { dealId, at }] of entries.entries()) {
    inWindow.set(dealId, (inWindow.get(dealId) ?? 0) + 1);
    for (; at - entries[first]!.at >= withinSeconds; first++) removeOne(inWindow, entries[first]!.dealId);
    if (inWindow.size <= deals) continue;
    for (let index = Math.max(first, marked); index <= last; index++) found.add(entries[index]!.eventId);
    marked = last + 1;
  }
  return found;
}

function removeOne(counts: Map<number, number>, dealId: number): void {
  const count = counts.get(dealId)! - 1;
  if (count === 0) counts.delete(dealId);
  else counts.set(dealId, count);
}
