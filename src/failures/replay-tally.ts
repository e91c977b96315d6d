import type { Progress } from '../store/actions/replay-progress.ts';
import type { DeadLetters } from './dead-letters.ts';

/** The progress of a replay, in actions. */
export interface Tally {
  total: number;
  /** Requeued by this run. */
  handedOver: number;
  delivered: number;
  /** The lane found that the action is no longer needed. */
  dropped: number;
  /** Refused again: dead letters as before. */
  refused: number;
  /** Failed with a retryable error, or waiting for an action that did; the lanes retry them. */
  tryingAgain: number;
  /** Replayed or discarded by somebody else since the plan was made. */
  takenByOthers: number;
  /** Not requeued. */
  left: number;
  /** Why the run stopped early, as a sentence; null where it did not, or where a person stopped it. */
  stopped: string | null;
  refusals: Progress['refused'];
  drops: Progress['dropped'];
}

/** Of a run that has requeued nothing yet. */
export function newTally(total: number): Tally {
  return {
    total,
    handedOver: 0,
    delivered: 0,
    dropped: 0,
    refused: 0,
    tryingAgain: 0,
    takenByOthers: 0,
    left: total,
    stopped: null,
    refusals: [],
    drops: [],
  };
}

/** What the progress of some actions adds to the tally of all others. */
export function withProgress(
  base: Tally,
  { counts, tryingAgain, refused, dropped }: Progress,
): Pick<Tally, 'delivered' | 'dropped' | 'refused' | 'tryingAgain' | 'refusals' | 'drops'> {
  return {
    delivered: base.delivered + counts.done,
    dropped: base.dropped + counts.dropped,
    refused: base.refused + counts.dead,
    tryingAgain: base.tryingAgain + tryingAgain.length,
    refusals: [...base.refusals, ...refused],
    drops: [...base.drops, ...dropped],
  };
}

/** Ids of one progress request: the limit of the API. */
const MAX_IDS_PER_REQUEST = 1_000;

/** The progress of any number of actions, read in as many requests as that takes. */
export async function readProgress(letters: Pick<DeadLetters, 'progress'>, ids: number[]): Promise<Progress> {
  const parts: Progress[] = [];
  for (let from = 0; from < ids.length; from += MAX_IDS_PER_REQUEST)
    parts.push(await letters.progress(ids.slice(from, from + MAX_IDS_PER_REQUEST)));
  return parts.reduce(merge, NOTHING);
}

const NOTHING: Progress = {
  counts: { waiting: 0, ready: 0, sending: 0, done: 0, dead: 0, dropped: 0 },
  tryingAgain: [],
  refused: [],
  dropped: [],
  stopped: null,
};

function merge(one: Progress, other: Progress): Progress {
  const counts = { ...one.counts };
  for (const state of Object.keys(counts) as (keyof typeof counts)[]) counts[state] += other.counts[state];
  return {
    counts,
    tryingAgain: [...one.tryingAgain, ...other.tryingAgain],
    refused: [...one.refused, ...other.refused],
    dropped: [...one.dropped, ...other.dropped],
    stopped: one.stopped ?? other.stopped,
  };
}
