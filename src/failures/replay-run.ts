import type { Progress } from '../store/actions/replay-progress.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ReplayPlan } from './replay-plan.ts';
import { newTally, readProgress, type Tally, withProgress } from './replay-tally.ts';

/*
 * The loop that `stagepost replay` and the console's Retry button share. The console bundles this file for the browser,
 * so apart from the tally it imports nothing but types; the tally imports nothing else either.
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

/** After this long without any change in the current chunk, the run stops and leaves the chunk to its lane. */
const STALLED_MS = 180_000;

/**
 * Replays a plan chunk by chunk: requeues one, polls until it is settled, then takes the next. Each action is requeued
 * once; one that is refused again stays a dead letter, so a run always ends.
 *
 * The tally is up to date at every moment, so that the caller can report a run that ended with an error.
 */
export function createReplayRun(options: ReplayRunOptions): { tally: Tally; run(): Promise<void> } {
  const { letters, plan, now } = options;
  const tally = newTally(plan.ids.length);
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
    const stall = new StallWatch(now);
    for (;;) {
      const progress = await readProgress(letters, ids);
      Object.assign(tally, withProgress(base, progress));
      if (!isSettled(progress)) tally.stopped = reasonToStop(progress, stall.isStalled(progress.counts));
      options.onProgress(tally);
      if (isSettled(progress) || tally.stopped !== null || options.isAborted()) {
        retrying.push(...progress.tryingAgain);
        return;
      }
      await options.pause();
    }
  }

  /** Actions that were waiting for a retry may have been delivered since. */
  async function recountRetrying(): Promise<void> {
    base = { ...tally, tryingAgain: tally.tryingAgain - retrying.length };
    Object.assign(tally, withProgress(base, await readProgress(letters, retrying)));
    options.onProgress(tally);
  }

  return { tally, run };
}

/** Whether the lanes have tried every action. */
function isSettled({ counts, tryingAgain }: Progress): boolean {
  return counts.ready + counts.sending + counts.waiting === tryingAgain.length;
}

/** A refused token needs a person, and each further chunk would only queue up behind it. */
function reasonToStop({ stopped }: Progress, isStalled: boolean): string | null {
  if (stopped?.failure !== 'unauthorized' && !isStalled) return null;
  return stopped?.words ?? 'Nothing has moved for three minutes.';
}

/** Notices when the counts of a chunk have not changed for a long time. */
class StallWatch {
  readonly #now: () => number;
  #counts = '';
  #changedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#changedAt = now();
  }

  isStalled(counts: Progress['counts']): boolean {
    const seen = JSON.stringify(counts);
    if (seen !== this.#counts) this.#changedAt = this.#now();
    this.#counts = seen;
    return this.#now() - this.#changedAt > STALLED_MS;
  }
}
