import { BATCH_BYTES, BATCH_ITEMS, fitsV2, ITEM_BYTES } from '../../../customerio/index.ts';
import { PRIORITY } from '../../../store/actions/actions.ts';
import type { OutboxRow } from '../outbox.ts';
import { writeOf } from './send.ts';

/** Calls to Customer.io in flight at once. Customer.io allows 1000 a second, and only one person's actions need an order. */
export const CONCURRENCY = 32;

/** More due people than this go by batch. Up to this many single calls run at once, and a batch takes as long as one call. */
const BATCH_THRESHOLD = CONCURRENCY;

/**
 * An action that has failed this often is sent alone: if one item makes Customer.io fail a whole batch (a 5xx, no answer),
 * the others succeed at their third attempt.
 */
const ATTEMPTS_IN_BATCHES = 2;

/** An item of a batch is longer than its payload: the kind of identifier, the ULID, names that are renamed. */
const ITEM_EXTRA_BYTES = 300;

/** `live`: new actions. `later`: retries and replays. */
export type Urgency = 'live' | 'later';

export function urgencyOf(action: OutboxRow): Urgency {
  return action.priority === PRIORITY.live ? 'live' : 'later';
}

/**
 * Splits due actions into units of one call each: the oldest action of every person, singly or as one batch. Live and
 * later actions have separate batches, so that live actions never wait for a long replay.
 * @param isFree whether a batch of this urgency may start. If not, its actions wait for the batch in flight.
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
 * The fewest calls that deliver one action each of `people` people, and how many of the calls run at once: beyond the
 * threshold they go by batches, one after another.
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
  /** The size as an item of a batch; an estimate on the high side. */
  bytes: number;
}

function bytesOf({ payload }: OutboxRow): number {
  return Buffer.byteLength(JSON.stringify(payload)) + ITEM_EXTRA_BYTES;
}

/** A single call (v1) takes larger events and identifies than a batch does. */
function fitsBatch({ action, bytes }: Sized): boolean {
  return action.attempts < ATTEMPTS_IN_BATCHES && bytes <= ITEM_BYTES && fitsV2(writeOf(action));
}

/** The oldest actions, as many as one request takes by the estimate. The client counts exactly. */
function oneBatch(batchable: Sized[]): OutboxRow[] {
  let room = BATCH_BYTES - ITEM_EXTRA_BYTES;
  const end = batchable.findIndex(({ bytes }) => {
    room -= bytes;
    return room < 0;
  });
  const count = end < 0 ? BATCH_ITEMS : Math.min(end, BATCH_ITEMS);
  return batchable.slice(0, count).map(({ action }) => action);
}
