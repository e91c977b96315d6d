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

/** Requests that wait for a slot: by priority, in order of arrival within one; `MAX_WAIT_MS` keeps low ones from starving. */
export class WaitingRequests<Grant> {
  readonly #queues = new Map(
    PRIORITIES.map((priority) => [priority, new Set<WaitingRequest<Grant>>()] as const),
  );

  get isEmpty(): boolean {
    return PRIORITIES.every((priority) => this.#queue(priority).size === 0);
  }

  add(request: WaitingRequest<Grant>): void {
    this.#queue(request.priority).add(request);
  }

  delete(request: WaitingRequest<Grant>): void {
    this.#queue(request.priority).delete(request);
  }

  /** The request to start now, or undefined. Requests that have waited too long come first, the longest wait before others. */
  next(now: number, mayStart: (priority: Priority) => boolean): WaitingRequest<Grant> | undefined {
    const heads = PRIORITIES.flatMap((priority) => this.#headOf(priority));
    const overdue = heads
      .filter(({ since, priority }) => since <= now - MAX_WAIT_MS && mayStart(priority))
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
