import type { Turn } from './request-scheduler.ts';

/**
 * `live`: reads that a client's email waits for (a stage change). `write`: notes, tasks and fields of new events.
 * `retry`: repeated calls. `bulk`: replays and the reconciler.
 */
export type Priority = 'live' | 'write' | 'retry' | 'bulk';

const PRIORITIES: readonly Priority[] = ['live', 'write', 'retry', 'bulk'];

/** A request that has waited this long, in ms, goes next, or a steady stream of stage changes would keep out its own notes. */
const MAX_WAIT_MS = 1_000;

export interface WaitingRequest<Grant> {
  priority: Priority;
  /** When it began to wait, in monotonic ms. */
  since: number;
  grant(value: Grant): void;
  refuse(error: unknown): void;
}

function isOverdue(
  { since, priority }: Pick<WaitingRequest<never>, 'since' | 'priority'>,
  now: number,
): boolean {
  return priority !== 'bulk' && since <= now - MAX_WAIT_MS;
}

/** How urgent a request is: 0 for `live` and for what has waited too long, up to 3 for `bulk`. */
export function urgencyOf(request: Pick<WaitingRequest<never>, 'since' | 'priority'>, now: number): number {
  return isOverdue(request, now) ? 0 : PRIORITIES.indexOf(request.priority);
}

/** Requests that wait for a slot: by priority, in order of arrival within one; `MAX_WAIT_MS` keeps low ones from starving. */
export class WaitingRequests<Grant> {
  readonly #queues = new Map(
    PRIORITIES.map((priority) => [priority, new Set<WaitingRequest<Grant>>()] as const),
  );

  get isEmpty(): boolean {
    return PRIORITIES.every((priority) => this.#queue(priority).size === 0);
  }

  /** Whether only bulk work waits, or nothing. */
  get isWithoutUrgent(): boolean {
    return PRIORITIES.every((priority) => priority === 'bulk' || this.#queue(priority).size === 0);
  }

  add(request: WaitingRequest<Grant>): void {
    this.#queue(request.priority).add(request);
  }

  delete(request: WaitingRequest<Grant>): void {
    this.#queue(request.priority).delete(request);
  }

  get hasBulk(): boolean {
    return this.#queue('bulk').size > 0;
  }

  /** The priority of the most urgent request; undefined where none waits. */
  get highest(): Priority | undefined {
    return PRIORITIES.find((priority) => this.#queue(priority).size > 0);
  }

  /**
   * The request to start now, or undefined. Requests that have waited too long come first, the longest wait before others.
   * Bulk work among them waits until the scheduler gives it a turn.
   */
  next(
    now: number,
    mayStart: (priority: Priority) => boolean,
    turn: Turn = 'any',
  ): WaitingRequest<Grant> | undefined {
    // The reserve of urgent work does not count: at its turn bulk work would find it in use for ever.
    if (turn === 'bulk') return mayStart('live') ? this.#headOf('bulk')[0] : undefined;
    const heads = PRIORITIES.flatMap((priority) => this.#headOf(priority));
    const overdue = heads
      .filter((request) => isOverdue(request, now) && mayStart(request.priority))
      .sort((one, other) => one.since - other.since);
    if (overdue.length > 0) return overdue[0];
    // If the most urgent request may not start, a less urgent one must not overtake it.
    return heads[0] !== undefined && mayStart(heads[0].priority) ? heads[0] : undefined;
  }

  refuseAll(error: Error): void {
    for (const queue of this.#queues.values()) {
      for (const request of queue) request.refuse(error);
      queue.clear();
    }
  }

  #queue(priority: Priority): Set<WaitingRequest<Grant>> {
    return this.#queues.get(priority)!;
  }

  #headOf(priority: Priority): WaitingRequest<Grant>[] {
    for (const request of this.#queue(priority)) return [request];
    return [];
  }
}
