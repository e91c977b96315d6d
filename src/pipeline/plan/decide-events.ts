import type { Logger } from 'pino';
import type { Rules } from '../../domain/rules/rules.ts';
import { DeadlineExceeded, withDeadline } from '../../lib/deadline.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Gathered } from './context.ts';
import { afterError, type FailedEvent } from './failed-event.ts';
import { outboxRows } from './outbox-rows.ts';
import { planEvent } from './plan-event.ts';
import { type AfterRestore, afterRestore } from './restored/sent-before.ts';
import type { DecidedEvent } from './save-plans.ts';

/** How long events are planned before the process's other work has its turn, ms. */
const SLICE_MS = 20;
/**
 * The longest time for a slice, ms. The texts of one event take 50 ms at most, by a budget that does not depend on time;
 * the deadline is for what nobody has thought of.
 */
export const DEADLINE_MS = 1_000;
export interface Decisions {
  decided: DecidedEvent[];
  failed: FailedEvent[];
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

export interface DecideOptions {
  log: Pick<Logger, 'warn' | 'error'>;
  deadlineMs?: number;
  /** Only where the database was restored. */
  after?: AfterRestore | undefined;
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
  { log, deadlineMs = DEADLINE_MS, after }: DecideOptions,
): Promise<Decisions> {
  const progress: Progress = { decided: [], failed: [], next: 0 };
  const decideSlice = () => {
    const startedAt = performance.now();
    do {
      decideEvent(events[progress.next]!, gathered, rules, { log, after }, progress);
      progress.next += 1;
    } while (progress.next < events.length && performance.now() - startedAt < SLICE_MS);
  };
  while (progress.next < events.length) {
    if (progress.next > 0) await yieldToEventLoop();
    try {
      withDeadline(deadlineMs, decideSlice);
    } catch (error) {
      // The deadline can come when the last event is just planned.
      const interrupted = events[progress.next] ?? events.at(-1)!;
      throw error instanceof DeadlineExceeded ? new PlanningTimedOut(interrupted) : error;
    }
  }
  return progress;
}

function decideEvent(
  row: StoredEvent,
  gathered: Gathered,
  rules: Rules,
  { log, after }: Pick<DecideOptions, 'log' | 'after'>,
  { decided, failed }: Decisions,
): void {
  if (row.deal_id !== null && failed.some((other) => other.row.deal_id === row.deal_id)) return;
  try {
    const plan = planEvent(row, gathered, rules, log);
    const planned = { plan, actions: outboxRows(row, plan) };
    decided.push({ row, ...(after ? afterRestore(row, plan, planned.actions, after) : planned) });
  } catch (error) {
    const result = afterError(row, error, log);
    if ('plan' in result) decided.push(result);
    else failed.push(result);
  }
}
