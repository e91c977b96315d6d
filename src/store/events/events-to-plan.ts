import type { StagepostEvent } from '../../domain/events.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { newEvents } from './due-events.ts';
import type { StoredEvent } from './events.ts';
import { waitingMoves } from './waiting-moves.ts';

/** Which events make up a batch. */
export interface BatchChoice {
  /** See `newEvents`; default: false. */
  liveAlone?: boolean;
  /** False where no move waits, which saves the query. */
  mayWait: boolean;
  /** Whether moves that are due by the clock join, too, as far as new events leave room. */
  withDue: boolean;
}

export interface EventsToPlan {
  /** In the order in which they happened. */
  events: StoredEvent[];
  /** How many of them are new. */
  fresh: number;
  /** How many of them have waited. */
  waited: number;
  /** Whether further new events may wait. */
  leavesMore: boolean;
}

/**
 * The next batch: new events, and the waiting moves whose deals or contacts these are about. A waiting move is thus
 * planned before what followed it on its deal, on the same reading of the deal.
 */
export async function eventsToPlan(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
  { liveAlone, mayWait, withDue }: BatchChoice,
): Promise<EventsToPlan> {
  const { events: fresh, leavesMore } = await newEvents(db, connection, now, limit, liveAlone);
  const due = withDue && !leavesMore ? Math.max(0, limit - fresh.length) : 0;
  const facts = fresh.map(({ payload }) => payload);
  const dealIds = [...new Set(facts.flatMap(dealOf))];
  const contactIds = [...new Set(facts.flatMap(contactOf))];
  if (!mayWait || dealIds.length + contactIds.length + due === 0)
    return { events: fresh, fresh: fresh.length, waited: 0, leavesMore };
  const waiting = await waitingMoves(db, connection, { dealIds, contactIds, due }, now);
  const events = [...fresh, ...waiting].sort((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  return { events, fresh: fresh.length, waited: waiting.length, leavesMore };
}

/** The deal that an event of Kommo says something about. A timer that ran out says nothing new. */
function dealOf(event: StagepostEvent): number[] {
  return 'dealId' in event && event.kind !== 'inactivity' ? [event.dealId] : [];
}

function contactOf(event: StagepostEvent): number[] {
  return 'contactId' in event ? [event.contactId] : [];
}
