import { describeEvent } from '../../../domain/describe-event.ts';
import type { Pipeline } from '../../../domain/entities.ts';
import { outcomeOf } from '../../../domain/event-outcome.ts';
import { readMailState } from '../../../domain/mailability.ts';
import type { ListedEvent } from '../../../store/events/activity.ts';
import type { ActivityRow, Direction, EventKind } from './contract.ts';

const DIRECTIONS: Record<EventKind, Direction> = {
  deal_moved: 'to_customerio',
  deal_changed: 'to_customerio',
  deal_deleted: 'to_customerio',
  contact_changed: 'to_customerio',
  mail_report: 'to_kommo',
  inactivity: 'clock',
};

export function directionOf(kind: EventKind): Direction {
  return DIRECTIONS[kind];
}

/** An event as a list shows it. @param pipelines of its connection's account */
export function rowOf(event: ListedEvent, pipelines: Pipeline[]): ActivityRow {
  const { id, connection, kind, name, deal_id, person, reason, rule, done, open, failed, dropped } = event;
  return {
    id,
    connection,
    kind,
    direction: directionOf(kind),
    name,
    title: describeEvent(event.payload, kind, pipelines),
    dealId: deal_id !== null && deal_id > 0 ? deal_id : null,
    person,
    occurredAt: Math.max(0, Math.round(event.occurred_at * 1000)),
    at: event.created_at,
    outcome: outcomeOf(event),
    reason,
    rule,
    actions: { done, open, failed, dropped },
    clientState: readMailState(event.client_state),
    repaired: kind === 'deal_moved' && event.unreported,
  };
}
