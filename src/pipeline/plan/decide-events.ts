import type { Logger } from 'pino';
import type { Rules } from '../../domain/rules/rules.ts';
import { DeadlineExceeded, withDeadline } from '../../lib/deadline.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Gathered } from './context.ts';
import { outboxRows } from './outbox-rows.ts';
import { planEvent } from './plan-event.ts';
import type { DecidedEvent } from './save-plans.ts';
import { setAsideEvent } from './set-aside.ts';

/** How long events are planned before the process's other work has its turn, ms. */
const SLICE_MS = 20;
/**
 * The longest time for a slice, ms. The texts of one event take 50 ms at most, by a budget that does not depend on time;
 * the deadline is for what nobody has thought of.
 */
const DEADLINE_MS = 1_000;
/**
 * An event whose planning fails by a fault of Stagepost is put aside after this many attempts. With the waits between
 * them, of which the longest are an hour, they take a day.
 */
export const MAX_ATTEMPTS = 34;

export interface Decisions {
  decided: DecidedEvent[];
  /** Events to be tried again, each with the reason. */
  failed: { row: StoredEvent; reason: string }[];
}

/** The planning of an event was interrupted. The state of the whole batch may be half changed, and must not be used. */
export class PlanningTimedOut extends Error {
  readonly row: StoredEvent;

  constructor(row: StoredEvent) {
    super(`Planning event ${row.id} took longer than ${DEADLINE_MS / 1000} s.`);
    this.row = row;
  }
}

interface Progress extends Decisions {
  /** The index of the event that is being planned. */
  next: number;
}

/**
 * Plans the events in their order. An event whose planning throws is left out and retried later, so that it holds up no
 * others; later events of the same deal wait with it, to keep their order.
 * @throws PlanningTimedOut
 */
export async function decideEvents(
  events: StoredEvent[],
  gathered: Gathered,
  rules: Rules,
  { log, deadlineMs = DEADLINE_MS }: { log: Pick<Logger, 'warn' | 'error'>; deadlineMs?: number },
): Promise<Decisions> {
  const progress: Progress = { decided: [], failed: [], next: 0 };
  const decideSlice = () => {
    const startedAt = performance.now();
    do {
      decideEvent(events[progress.next]!, gathered, rules, log, progress);
      progress.next += 1;
    } while (progress.next < events.length && performance.now() - startedAt < SLICE_MS);
  };
  while (progress.next < events.length) {
    if (progress.next > 0) await yieldToEventLoop();
    try {
      withDeadline(deadlineMs, decideSlice);
    } catch (error) {
      throw error instanceof DeadlineExceeded ? new PlanningTimedOut(events[progress.next]!) : error;
    }
  }
  return progress;
}

function decideEvent(
  row: StoredEvent,
  gathered: Gathered,
  rules: Rules,
  log: Pick<Logger, 'warn' | 'error'>,
  { decided, failed }: Decisions,
): void {
  if (row.deal_id !== null && failed.some((other) => other.row.deal_id === row.deal_id)) return;
  try {
    const plan = planEvent(row, gathered, rules, log);
    decided.push({ row, plan, actions: outboxRows(row, plan) });
  } catch (error) {
    const { connection, id: eventId, attempts } = row;
    const cause = `planning has failed ${attempts + 1} times, the last time with: ${error}`;
    if (attempts + 1 >= MAX_ATTEMPTS) {
      decided.push(setAsideEvent(row, 'planning_failed', cause));
      log.error(
        { err: error, connection, eventId },
        'an event could not be planned for a day; it is put aside',
      );
    } else {
      failed.push({ row, reason: `Waiting to be planned again: ${cause}` });
      log.error({ err: error, connection, eventId }, 'an event could not be planned; it is retried later');
    }
  }
}
