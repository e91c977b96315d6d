import { BATCH_BYTES, BATCH_ITEMS, fitsV2, ITEM_BYTES } from '../../../customerio/index.ts';
import { PRIORITY } from '../../../store/actions/actions.ts';
import type { OutboxRow } from '../outbox.ts';
import { writeOf } from './send.ts';

/** Calls to Customer.io under way at once. It allows 1000 a second; our order is per person. */
export const CONCURRENCY = 32;

/** As many as go out in one round of single calls. A batch is a round too: only more than these gain by it. */
const FEW = CONCURRENCY;

/**
 * What has failed so often goes alone. If one item makes Customer.io stumble over a whole batch (a 5xx, no answer),
 * the others are through with their third try.
 */
const TRIES_TOGETHER = 2;

/** A batch's item says a little more than its payload: the kind of identifier, the ULID, names that are renamed. */
const ITEM_EXTRA_BYTES = 300;

/** Live work, or what waits its turn behind it: retries and replays. */
export type Urgency = 'live' | 'later';

export function urgencyOf(action: OutboxRow): Urgency {
  return action.priority === PRIORITY.live ? 'live' : 'later';
}

/**
 * What is sent by one call each: the oldest action of every person, alone; but of many, one batch. Live work and the
 * rest do not mix, so live work never stands behind a long replay, and few live actions go out at once.
 * @param isFree whether a batch of this urgency may start; where it may not, many wait for the one under way.
 */
export function unitsOf(due: OutboxRow[], isFree: (urgency: Urgency) => boolean): OutboxRow[][] {
  const turns = firstOfEach(due);
  return (['live', 'later'] as const).flatMap((urgency) => {
    const own = turns.filter((action) => urgencyOf(action) === urgency);
    const sized = own.length > FEW ? own.map((action) => ({ action, bytes: bytesOf(action) })) : [];
    const together = sized.filter(fitsBatch);
    if (together.length <= FEW) return own.map((action) => [action]);
    const alone = sized.filter((one) => !fitsBatch(one)).map(({ action }) => [action]);
    return isFree(urgency) ? [...alone, oneCall(together)] : alone;
  });
}

/** A person's oldest action. */
function firstOfEach(due: OutboxRow[]): OutboxRow[] {
  const first = new Map<string, OutboxRow>();
  for (const action of due) if (!first.has(action.subject)) first.set(action.subject, action);
  return [...first.values()];
}

interface Sized {
  action: OutboxRow;
  /** As an item of a batch, rather too many than too few. */
  bytes: number;
}

function bytesOf({ payload }: OutboxRow): number {
  return Buffer.byteLength(JSON.stringify(payload)) + ITEM_EXTRA_BYTES;
}

/** v1 takes larger events and identifies than a batch does. */
function fitsBatch({ action, bytes }: Sized): boolean {
  return action.attempts < TRIES_TOGETHER && bytes <= ITEM_BYTES && fitsV2(writeOf(action));
}

/** The oldest, as many as one request takes. The client counts again, to the byte. */
function oneCall(together: Sized[]): OutboxRow[] {
  let room = BATCH_BYTES - ITEM_EXTRA_BYTES;
  const end = together.findIndex(({ bytes }) => {
    room -= bytes;
    return room < 0;
  });
  const most = end < 0 ? BATCH_ITEMS : Math.min(end, BATCH_ITEMS);
  return together.slice(0, most).map(({ action }) => action);
}
