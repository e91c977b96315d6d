import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplayPlan } from '../../failures/replay-plan.ts';
import { createReplayRun } from '../../failures/replay-run.ts';
import type { Tally } from '../../failures/replay-tally.ts';
import type { DataAccess } from '../data/types.ts';
import { withData } from '../data/with-data.ts';
import { renderLanes, stoppedLanes } from '../failures/render.ts';
import { requireSelection, type SelectionOptions, selectionOf } from '../options/selection.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit.ts';
import { plural } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';
import { createProgressLine, type ProgressLine } from '../terminal/progress-line.ts';
import { terminalWidth } from '../terminal/wrap.ts';
import { progressText } from './progress-text.ts';
import { renderBlocked, renderOutcome, renderPlan } from './render.ts';

export interface ReplayOptions extends SelectionOptions {
  yes?: boolean;
  dryRun?: boolean;
}

/** Actions of one chunk: four of Kommo's batches, so that Ctrl-C has little to wait for. */
const CHUNK = 200;
const POLL_EVERY_MS = 250;

/** Plans, asks, and replays dead letters with a progress bar, until all are settled or a person stops it. */
export async function replay(ids: number[], options: ReplayOptions): Promise<void> {
  const selection = selectionOf(ids, options);
  requireSelection(selection, options.all, 'replay');
  await withData(options, async (data) => {
    const plan = await data.letters.plan(selection);
    if (plan.ids.length === 0) return printNothing(plan, options);
    if (!options.json) await printPlan(data, plan, options);
    if (options.dryRun) {
      if (options.json) printJson({ plan });
      return;
    }
    if (await confirmChange(`Replay ${plural(plan.ids.length, 'action')}?`, options.yes))
      await runPlan(data, plan, options);
  });
}

function printNothing(plan: ReplayPlan, { json }: ReplayOptions): void {
  const lines = ['No dead letter that can be replayed matches.', ...renderBlocked(plan.blocked)];
  print(json ? JSON.stringify({ plan }, null, 2) : lines.join('\n'));
  process.exitCode = EXIT.failed;
}

async function printPlan(data: DataAccess, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  print(renderPlan(plan));
  const status = await data.status();
  const lanes = status ? stoppedLanes(status, options.connection) : [];
  if (lanes.length > 0) print(renderLanes(lanes, terminalWidth()));
}

async function runPlan(data: DataAccess, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  const isDelivering = await data.isDelivering();
  const line = createProgressLine(process.stderr, () => performance.now(), progressText);
  const interrupts = countInterrupts(line);
  const { tally, run } = createReplayRun({
    letters: data.letters,
    plan,
    isDelivering,
    chunkSize: CHUNK,
    pause: () => sleep(POLL_EVERY_MS),
    now: () => performance.now(),
    onProgress: (progress) => line.show(progress),
    isStopping: () => interrupts.count() > 0,
    isAborted: () => interrupts.count() > 1,
  });
  try {
    await run();
  } finally {
    interrupts.stop();
    line.end();
    printOutcome(tally, { isDelivering, wasInterrupted: interrupts.count() > 0 }, plan, options);
  }
}

/** The first Ctrl-C (or SIGTERM) finishes the current chunk, the second leaves at once. */
function countInterrupts(line: ProgressLine<unknown>): { count(): number; stop(): void } {
  let count = 0;
  function onSignal() {
    count += 1;
    if (count === 1)
      line.printAbove('Stopping after the current chunk. Press Ctrl-C again to leave at once.');
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    count: () => count,
    stop() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

function printOutcome(
  tally: Tally,
  { isDelivering, wasInterrupted }: { isDelivering: boolean; wasInterrupted: boolean },
  plan: ReplayPlan,
  { json }: ReplayOptions,
): void {
  const isComplete =
    tally.left === 0 && tally.refused === 0 && tally.tryingAgain === 0 && tally.stopped === null;
  process.exitCode = isComplete && !wasInterrupted ? EXIT.ok : EXIT.failed;
  if (json) {
    const { ids: _, ...planned } = plan;
    const outcome = { plan: planned, isDelivering, interrupted: wasInterrupted, ...tally };
    printJson(outcome);
  } else if (isDelivering) print(renderOutcome(tally, wasInterrupted));
  else {
    print(
      `${plural(tally.handedOver, 'action')} requeued. No Stagepost is running: they are delivered once stagepost serve runs.`,
    );
    if (tally.left > 0) print(`${tally.left} were not requeued. Run the same command again to continue.`);
  }
}
