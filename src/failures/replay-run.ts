import type { Progress } from '../store/actions/replay-progress.ts';
import type { DeadLetters, ReplayPlan } from './dead-letters.ts';

/*
 * The loop that `stagepost replay` and the console's Retry button share. The console bundles this file for the browser,
 * so it imports nothing but types.
 */

export interface ReplayRunOptions {
  letters: Pick<DeadLetters, 'replay' | 'progress'>;
  plan: Pick<ReplayPlan, 'ids' | 'until'>;
  /** Whether a server is delivering. Without one, every chunk is requeued at once and the run does not wait. */
  isDelivering: boolean;
  chunkSize: number;
  /** Waits between two polls. */
  pause(): Promise<void>;
  /** ms, of any monotonic clock. */
  now(): number;
  /** Called after each poll. */
  onProgress(tally: Tally): void;
  /** True: requeue no further chunk. */
  isStopping(): boolean;
  /** True: do not wait for the current chunk either. */
  isAborted(): boolean;
}

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

/** After this long without any change in the current chunk, the run stops and leaves the chunk to its lane. */
const STALLED_MS = 180_000;
/** Ids of one progress request: the limit of the API. */
const MAX_IDS_PER_REQUEST = 1_000;

/**
 * Replays a plan chunk by chunk: requeues one, polls until it is settled, then takes the next. Each action is requeued
 * once; one that is refused again stays a dead letter, so a run always ends.
 *
 * The tally is up to date at every moment, so that the caller can report a run that ended with an error.
 */
export function createReplayRun(options: ReplayRunOptions): { tally: Tally; run(): Promise<void> } {
  const { letters, plan, now } = options;
  const tally: Tally = {
    total: plan.ids.length,
    handedOver: 0,
    delivered: 0,
    dropped: 0,
    refused: 0,
    tryingAgain: 0,
    takenByOthers: 0,
    left: plan.ids.length,
    stopped: null,
    refusals: [],
    drops: [],
  };
  /** The tally of all chunks before the current one. */
  let base = { ...tally };
  const retrying: number[] = [];

  async function run(): Promise<void> {
    const open = new Set(plan.ids);
    while (open.size > 0 && !options.isStopping() && tally.stopped === null) {
      const ids = [...open].slice(0, options.chunkSize);
      const { taken } = await letters.replay({ ids, until: plan.until });
      for (const id of [...ids, ...taken]) open.delete(id);
      tally.handedOver += taken.length;
      tally.left = open.size;
      tally.takenByOthers = tally.total - tally.left - tally.handedOver;
      base = { ...tally };
      if (options.isDelivering) await settle(taken);
    }
    if (retrying.length > 0) await recountRetrying();
  }

  /** Polls until every action of a chunk is delivered, dropped, refused, or waiting for a retry. */
  async function settle(ids: number[]): Promise<void> {
    let before = '';
    let movedAt = now();
    for (;;) {
      const progress = await progressOf(ids);
      add(progress);
      const { counts, tryingAgain, stopped } = progress;
      const isOver = counts.ready + counts.sending + counts.waiting === tryingAgain.length;
      const state = JSON.stringify(counts);
      if (state !== before) movedAt = now();
      before = state;
      const isStalled = now() - movedAt > STALLED_MS;
      // A refused token needs a person, and each further chunk would only queue up behind it.
      if (!isOver && (stopped?.failure === 'unauthorized' || isStalled))
        tally.stopped = stopped?.words ?? 'Nothing has moved for three minutes.';
      options.onProgress(tally);
      if (isOver || tally.stopped !== null || options.isAborted()) {
        retrying.push(...tryingAgain);
        return;
      }
      await options.pause();
    }
  }

  /** Actions that were waiting for a retry may have been delivered since. */
  async function recountRetrying(): Promise<void> {
    base = { ...tally, tryingAgain: tally.tryingAgain - retrying.length };
    add(await progressOf(retrying));
    options.onProgress(tally);
  }

  function add({ counts, tryingAgain, refused, dropped }: Progress): void {
    tally.delivered = base.delivered + counts.done;
    tally.dropped = base.dropped + counts.dropped;
    tally.refused = base.refused + counts.dead;
    tally.tryingAgain = base.tryingAgain + tryingAgain.length;
    tally.refusals = [...base.refusals, ...refused];
    tally.drops = [...base.drops, ...dropped];
  }

  async function progressOf(ids: number[]): Promise<Progress> {
    const parts: Progress[] = [];
    for (let from = 0; from < ids.length; from += MAX_IDS_PER_REQUEST)
      parts.push(await letters.progress(ids.slice(from, from + MAX_IDS_PER_REQUEST)));
    return parts.reduce(merge, NOTHING);
  }

  return { tally, run };
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
