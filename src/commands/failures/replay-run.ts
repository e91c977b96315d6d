import type { DeadLetters, ReplayPlan } from '../../failures/dead-letters.ts';
import type { Progress } from '../../store/actions/replay-progress.ts';

export interface ReplayRunOptions {
  letters: Pick<DeadLetters, 'replay' | 'progress'>;
  plan: Pick<ReplayPlan, 'ids' | 'until'>;
  /** Whether somebody delivers; where nobody does, all is handed over and nothing is waited for. */
  isDelivering: boolean;
  chunkSize: number;
  pause(): Promise<void>;
  /** ms, of any clock that only goes forward. */
  now(): number;
  /** Called after each look. */
  onProgress(tally: Tally): void;
  /** Whether to hand over nothing more. */
  isStopping(): boolean;
  /** Whether not even to wait for what was handed over. */
  isAborted(): boolean;
}

/** How far a replay has come. */
export interface Tally {
  total: number;
  /** Handed to the lanes. */
  handedOver: number;
  delivered: number;
  /** Not needed any more, as the lane found. */
  dropped: number;
  /** Refused again: dead letters as before. */
  refused: number;
  /** Failed on the way and tried again by themselves, or waiting for such. */
  tryingAgain: number;
  /** Neither dead any more nor handed over by this replay: somebody else has taken them meanwhile. */
  elsewhere: number;
  /** Not handed over. */
  left: number;
  /** Why no more was handed over, in words; null where all was, or where it was interrupted. */
  stopped: string | null;
  refusals: Progress['refused'];
  drops: Progress['dropped'];
}

/** A chunk that does not move for so long is left to its lane, and nothing more is handed over. */
const STALLED_MS = 180_000;
/** Ids of one question. */
const ASK = 1_000;

/**
 * Replays chunk by chunk: hands one over, waits until it is settled, then the next. What was planned is taken once,
 * and what is refused again stays refused: nothing is tried for ever.
 *
 * The tally is complete at every moment, so that whoever holds it can say where a replay that ended with an
 * error stands.
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
    elsewhere: 0,
    left: plan.ids.length,
    stopped: null,
    refusals: [],
    drops: [],
  };
  /** Finished before; its last look is counted in here. */
  let base = { ...tally };
  const later: number[] = [];

  async function run(): Promise<void> {
    const open = new Set(plan.ids);
    while (open.size > 0 && !options.isStopping() && tally.stopped === null) {
      const ids = [...open].slice(0, options.chunkSize);
      const { taken } = await letters.replay({ ids, until: plan.until });
      for (const id of [...ids, ...taken]) open.delete(id);
      tally.handedOver += taken.length;
      tally.left = open.size;
      tally.elsewhere = tally.total - tally.left - tally.handedOver;
      base = { ...tally };
      if (options.isDelivering) await settle(taken);
    }
    if (later.length > 0) await lookAgain();
  }

  /** Waits until everything of a chunk is delivered, refused, or left to be tried again. */
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
      // A refused token will not mend by itself, and each further chunk would only wait behind it.
      if (!isOver && (stopped?.failure === 'reconnect' || isStalled))
        tally.stopped = stopped?.words ?? 'Nothing has moved for three minutes.';
      options.onProgress(tally);
      if (isOver || tally.stopped !== null || options.isAborted()) {
        later.push(...tryingAgain);
        return;
      }
      await options.pause();
    }
  }

  /** What was to be tried again may have arrived since. */
  async function lookAgain(): Promise<void> {
    base = { ...tally, tryingAgain: tally.tryingAgain - later.length };
    add(await progressOf(later));
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
    for (let from = 0; from < ids.length || from === 0; from += ASK)
      if (ids.length > 0) parts.push(await letters.progress(ids.slice(from, from + ASK)));
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
