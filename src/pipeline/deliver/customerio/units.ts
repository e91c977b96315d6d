import { BATCH_BYTES, BATCH_ITEMS, fitsV2, ITEM_BYTES } from '../../../customerio/index.ts';
import { PRIORITY } from '../../../store/actions/actions.ts';
import type { Millis } from '../../../store/database/schema.ts';
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

/** How long the actions of a backfill wait for more, ms: a later one of the same person waits with them. */
const GATHER_MS = 1_500;

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
 * @param now unix ms
 */
export function unitsOf(due: OutboxRow[], isFree: (urgency: Urgency) => boolean, now: Millis): OutboxRow[][] {
  const next = oldestOfEachPerson(due);
  return (['live', 'later'] as const).flatMap((urgency) => {
    const actions = next.filter((action) => urgencyOf(action) === urgency);
    if (waitsForMore(actions, now)) return [];
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
 * When the actions of a backfill that wait for a full batch are sent at the latest; null where none waits. In the past for those that
 * wait for the batch in flight.
 */
export function sendsBy(due: OutboxRow[], now: Millis): Millis | null {
  const waiting = due.filter(gathers).map(({ next_attempt_at }) => next_attempt_at + GATHER_MS);
  const first = Math.min(...waiting);
  return waiting.length > 0 && first > now ? first : null;
}

/** Whether these are actions of a backfill only, too few for a full batch, and more may come. */
function waitsForMore(actions: OutboxRow[], now: Millis): boolean {
  if (actions.length === 0 || actions.length >= BATCH_ITEMS || !actions.every(gathers)) return false;
  return actions.every(({ next_attempt_at }) => next_attempt_at + GATHER_MS > now);
}

/** An action of a backfill that was never tried: released moves and retries have no time, or attempts. */
function gathers({ priority, attempts, next_attempt_at }: OutboxRow): boolean {
  return priority === PRIORITY.retry && attempts === 0 && next_attempt_at > 0;
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
