import { BATCH_BYTES, BATCH_ITEMS, fitsV2, ITEM_BYTES } from '../../../customerio/index.ts';
import { PRIORITY } from '../../../store/actions/actions.ts';
import type { OutboxRow } from '../outbox.ts';
import { writeOf } from './send.ts';

/** Calls to Customer.io in flight at once. It allows 1000 a second; our order is per person. */
export const CONCURRENCY = 32;

/** As many as go out in one round of single calls. A batch is a round too: only more than these gain by it. */
const BATCH_THRESHOLD = CONCURRENCY;

/**
 * An action that has failed this often goes alone: where one item makes Customer.io fail a whole batch (a 5xx, no
 * answer), the others get through with their third attempt.
 */
const ATTEMPTS_IN_BATCHES = 2;

/** An item of a batch is longer than its payload: the kind of identifier, the ULID, names that are renamed. */
const ITEM_EXTRA_BYTES = 300;

/** Live work, or what comes after it: retries and replays. */
export type Urgency = 'live' | 'later';

export function urgencyOf(action: OutboxRow): Urgency {
  return action.priority === PRIORITY.live ? 'live' : 'later';
}

/**
 * The units that are sent by one call each: the oldest action of every person by itself, or many of them as one batch.
 * Live and later work do not mix, so that live work never waits for a long replay, and few live actions go out at once.
 * @param isFree whether a batch of this urgency may start; where it may not, many wait for the one in flight.
 */
export function unitsOf(due: OutboxRow[], isFree: (urgency: Urgency) => boolean): OutboxRow[][] {
  const next = oldestOfEachPerson(due);
  return (['live', 'later'] as const).flatMap((urgency) => {
    const actions = next.filter((action) => urgencyOf(action) === urgency);
    const singles = actions.map((action) => [action]);
    if (actions.length <= BATCH_THRESHOLD) return singles;
    const sized = actions.map((action) => ({ action, bytes: bytesOf(action) }));
    const batchable = sized.filter(fitsBatch);
    if (batchable.length <= BATCH_THRESHOLD) return singles;
    const others = sized.filter((one) => !fitsBatch(one)).map(({ action }) => [action]);
    return isFree(urgency) ? [...others, oneBatch(batchable)] : others;
  });
}

/**
 * The fewest calls that deliver the actions of so many people, and how many of these calls are in flight at once: more
 * than a round of single calls go by batches, one after another.
 */
export function leastCalls(people: number): { calls: number; atOnce: number } {
  if (people <= BATCH_THRESHOLD) return { calls: people, atOnce: CONCURRENCY };
  return { calls: Math.ceil(people / BATCH_ITEMS), atOnce: 1 };
}

function oldestOfEachPerson(due: OutboxRow[]): OutboxRow[] {
  const oldest = new Map<string, OutboxRow>();
  for (const action of due) if (!oldest.has(action.subject)) oldest.set(action.subject, action);
  return [...oldest.values()];
}

interface Sized {
  action: OutboxRow;
  /** As an item of a batch; an estimate that is rather too high. */
  bytes: number;
}

function bytesOf({ payload }: OutboxRow): number {
  return Buffer.byteLength(JSON.stringify(payload)) + ITEM_EXTRA_BYTES;
}

/** A single call (v1) takes larger events and identifies than a batch does. */
function fitsBatch({ action, bytes }: Sized): boolean {
  return action.attempts < ATTEMPTS_IN_BATCHES && bytes <= ITEM_BYTES && fitsV2(writeOf(action));
}

/** The oldest, as many as one request takes. The client counts again, to the byte. */
function oneBatch(batchable: Sized[]): OutboxRow[] {
  let room = BATCH_BYTES - ITEM_EXTRA_BYTES;
  const end = batchable.findIndex(({ bytes }) => {
    room -= bytes;
    return room < 0;
  });
  const count = end < 0 ? BATCH_ITEMS : Math.min(end, BATCH_ITEMS);
  return batchable.slice(0, count).map(({ action }) => action);
}
