import type { BroadcastOptions } from '../types.ts';

/** An API-triggered broadcast, made in Customer.io's web page. */
export interface Broadcast extends BroadcastOptions {
  readonly id: number;
  readonly actionId: number;
  /** Unix seconds. */
  readonly createdAt: number;
  /** Oldest first. */
  readonly triggers: BroadcastTrigger[];
}

/** One trigger of a broadcast. One that failed its validation is kept with its errors, and sends nothing. */
export interface BroadcastTrigger {
  readonly id: number;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly errors: string[];
}

export interface Broadcasts {
  /** By the id as a path has it. */
  get(id: string): Broadcast | undefined;
  all(): Broadcast[];
  /** ms of the last trigger that was let through; null before the first. */
  lastTriggerAt: number | null;
}

/** @param firstId broadcasts and campaigns share their ids, since both are triggered below `/v1/campaigns` */
export function createBroadcasts(list: BroadcastOptions[], firstId: number, createdAt: number): Broadcasts {
  const all = list.map((options, index): Broadcast => {
    const id = firstId + index;
    return { ...options, id, actionId: id * 10 + 42, createdAt, triggers: [] };
  });
  return {
    get: (id) => all.find((one) => String(one.id) === id),
    all: () => all,
    lastTriggerAt: null,
  };
}

export function addTrigger(broadcast: Broadcast, createdAt: number, errors: string[]): BroadcastTrigger {
  const trigger = { id: broadcast.triggers.length + 1, createdAt, errors };
  broadcast.triggers.push(trigger);
  return trigger;
}
