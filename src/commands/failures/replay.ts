import { setTimeout as pause } from 'node:timers/promises';
import type { ReplayPlan } from '../../failures/dead-letters.ts';
import { createReplayRun, type Tally } from '../../failures/replay-run.ts';
import { confirm } from '../common/confirm.ts';
import { CommandError, EXIT } from '../common/exit.ts';
import { plural } from '../common/messages.ts';
import { createProgressLine, type ProgressLine } from '../common/progress-line.ts';
import { terminalWidth } from '../doctor/text.ts';
import { type StoreAccess, withStore } from '../server/store-access.ts';
import { type ReplayOptions, selectionOf } from './options.ts';
import { renderBlocked, renderOutcome, renderPlan } from './replay-text.ts';
import { renderLanes, stoppedLanes } from './text.ts';

/** Dead letters handed over before it is waited for them. Four of Kommo's calls: an interruption waits for no more. */
const CHUNK = 200;
const LOOK_EVERY_MS = 250;

/** Plans, asks, and replays dead letters with a progress bar, until all are settled or a person stops it. */
export async function replayCommand(ids: number[], options: ReplayOptions): Promise<void> {
  const wanted = selectionOf(ids, options);
  needsSelection(Object.keys(wanted).length > 0 || options.all === true, 'replay');
  await withStore(options, async (store) => {
    const plan = await store.letters.plan(wanted);
    if (plan.ids.length === 0) return sayNothing(plan, options);
    if (!options.json) await showPlan(store, plan, options);
    if (options.dryRun) {
      if (options.json) console.log(JSON.stringify({ plan }, null, 2));
      return;
    }
    if (!options.yes && !(await confirm(`Replay ${plural(plan.ids.length, 'action')}?`))) {
      console.error('Nothing was done.');
      process.exitCode = EXIT.failed;
      return;
    }
    await replay(store, plan, options);
  });
}

/** @throws CommandError where a command would touch everything without having been told so. */
export function needsSelection(isSelected: boolean, command: string): void {
  if (isSelected) return;
  throw new CommandError(
    `Say which dead letters: ids, --deal, --reason, --since, --until or --connection; or --all. ` +
      `stagepost failures shows what there is, and stagepost ${command} --help has examples.`,
    EXIT.usage,
  );
}

function sayNothing(plan: ReplayPlan, { json }: ReplayOptions): void {
  if (json) console.log(JSON.stringify({ plan }, null, 2));
  else
    console.log(
      ['No dead letter that can be replayed matches this.', ...renderBlocked(plan.blocked)].join('\n'),
    );
  process.exitCode = EXIT.failed;
}

async function showPlan(store: StoreAccess, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  console.log(renderPlan(plan));
  const status = await store.status();
  const lanes = status ? stoppedLanes(status, options.connection) : [];
  if (lanes.length > 0) console.log(renderLanes(lanes, terminalWidth()));
}

async function replay(store: StoreAccess, plan: ReplayPlan, options: ReplayOptions): Promise<void> {
  const isDelivering = await store.isDelivering();
  const line = createProgressLine(process.stderr, () => performance.now());
  const wish = listenForStop(line);
  const { tally, run } = createReplayRun({
    letters: store.letters,
    plan,
    isDelivering,
    chunkSize: CHUNK,
    pause: () => pause(LOOK_EVERY_MS),
    now: () => performance.now(),
    onProgress: (now) => line.show(now),
    isStopping: () => wish.stops > 0,
    isAborted: () => wish.stops > 1,
  });
  try {
    await run();
  } finally {
    wish.end();
    line.end();
    report(tally, { isDelivering, wasInterrupted: wish.stops > 0 }, plan, options);
  }
}

/** The first Ctrl-C (or SIGTERM) hands over nothing more, the second waits for nothing. */
function listenForStop(line: ProgressLine) {
  const wish = {
    stops: 0,
    end: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
  function onSignal() {
    wish.stops += 1;
    if (wish.stops === 1)
      line.say('Stopping: nothing more is handed over; waiting for what was. Once more to leave at once.');
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return wish;
}

function report(
  tally: Tally,
  { isDelivering, wasInterrupted }: { isDelivering: boolean; wasInterrupted: boolean },
  plan: ReplayPlan,
  { json }: ReplayOptions,
): void {
  const isWell = tally.left === 0 && tally.refused === 0 && tally.tryingAgain === 0 && tally.stopped === null;
  process.exitCode = isWell && !wasInterrupted ? EXIT.ok : EXIT.failed;
  if (json) {
    const { ids: _, ...planned } = plan;
    console.log(
      JSON.stringify({ plan: planned, isDelivering, interrupted: wasInterrupted, ...tally }, null, 2),
    );
  } else if (isDelivering) console.log(renderOutcome(tally, wasInterrupted));
  else {
    console.log(
      `${plural(tally.handedOver, 'action')} handed over. Stagepost does not run now: they are delivered as soon as ` +
        'stagepost serve runs.',
    );
    if (tally.left > 0)
      console.log(`${tally.left} were not touched. The same command again goes on with them.`);
  }
}
