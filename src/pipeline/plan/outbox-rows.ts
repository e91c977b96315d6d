import { eventId } from '../../customerio/index.ts';
import { destinationOf, orderingKey } from '../../domain/actions.ts';
import type { Plan } from '../../domain/plan/plan-types.ts';
import { type NewAction, PRIORITY } from '../../store/actions/actions.ts';
import type { StoredEvent } from '../../store/events/events.ts';

/**
 * A plan's actions as rows of the outbox; `after` is an index in the plan. The ULID depends only on the event and the
 * position: an event that is planned again after a crash gets the same ULIDs, so Customer.io ignores the duplicates. The
 * actions of a released burst and of a backfill go behind those of new events.
 */
export function outboxRows(row: StoredEvent, plan: Plan): NewAction[] {
  return plan.actions.map(({ action, after }, position) => ({
    connection: row.connection,
    lane: destinationOf(action),
    event_id: row.id,
    subject: orderingKey(action),
    deal_id: 'dealId' in action ? action.dealId : plan.dealId,
    payload: action,
    ulid: eventId(row.created_at, `${row.connection}/${row.key}/${position}`),
    after,
    ...(row.released_at !== null && { priority: PRIORITY.retry }),
    ...(row.kind === 'deal_listed' && { priority: PRIORITY.retry, not_before: row.created_at }),
  }));
}

/** The rows of several plans as one list; `after` is then an index in the list. */
export function joinOutboxRows(plans: NewAction[][]): NewAction[] {
  const joined: NewAction[] = [];
  for (const rows of plans) {
    const offset = joined.length;
    for (const row of rows) joined.push({ ...row, after: row.after === null ? null : row.after + offset });
  }
  return joined;
}
