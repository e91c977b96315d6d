import type { DealMoved } from '../../domain/events.ts';
import type { StoredEvent } from '../../store/events/events.ts';

type MoveEvent = StoredEvent & { payload: DealMoved };

/**
 * Puts the moves that a deal made within one second into the order of its path: A to B goes before B to C. Times are in
 * seconds and sources report late, so neither the time nor the id of the events says it.
 * @param events in the order in which they happened; only moves of one deal and one second change places
 */
export function inPathOrder(events: StoredEvent[]): StoredEvent[] {
  const groups = Map.groupBy(
    events.filter(isMove),
    ({ deal_id, occurred_at }) => `${deal_id} ${occurred_at}`,
  );
  const next = new Map<string, MoveEvent[]>();
  for (const [key, moves] of groups) if (moves.length > 1) next.set(key, pathOf(moves));
  if (next.size === 0) return events;
  return events.map((event) => {
    const path = isMove(event) ? next.get(`${event.deal_id} ${event.occurred_at}`) : undefined;
    return path?.shift() ?? event;
  });
}

function isMove(event: StoredEvent): event is MoveEvent {
  return event.payload.kind === 'deal_moved';
}

/** The moves one after the other, beginning with one that no other leads to. */
function pathOf(moves: MoveEvent[]): MoveEvent[] {
  const left = [...moves];
  const path: MoveEvent[] = [];
  while (left.length > 0) {
    const last = path.at(-1);
    const following = last && left.find((move) => leadsTo(last, move));
    const first = left.find((move) => !left.some((other) => other !== move && leadsTo(other, move)));
    const chosen = following ?? first ?? left[0]!;
    path.push(chosen);
    left.splice(left.indexOf(chosen), 1);
  }
  return path;
}

/** Whether the second move left the stage that the first one entered. A creation follows no move. */
function leadsTo({ payload: { to } }: MoveEvent, { payload: { from } }: MoveEvent): boolean {
  return from?.stageId === to.stageId && (from.pipelineId === null || from.pipelineId === to.pipelineId);
}
