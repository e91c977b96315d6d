import { seededRandom } from '../simulators/common/random.ts';
import type { Processes } from './processes.ts';
import type { Simulators } from './simulators.ts';

/** Ends processes at the worst moments, decided by the seed. */
export interface Kills {
  start(): void;
  stop(): void;
  counts(): { killed: number; byMoment: Record<string, number>; stopped: number; frozen: number };
}

/** Long enough that another process takes the connection over before this one wakes up. */
const FREEZE_MS = 14_000;

/** Of the looks at a process that is just starting: so few that a start mostly comes to its end. */
const KILLED_STARTS = 0.02;
const LOOK_AGAIN_MS = 100;

/** A moment is either a time, or the next time that something happens at a side, before its answer has left. */
const MOMENTS = [
  'any time',
  'note written',
  'task written',
  'event accepted',
  'person accepted',
  'call answered',
] as const;
type Moment = (typeof MOMENTS)[number];

export function createKills(
  simulators: Simulators,
  processes: Processes,
  count: number,
  seed: number,
  meanMs: number,
): Kills {
  const random = seededRandom(seed + 4);
  const byMoment: Record<string, number> = {};
  const totals = { killed: 0, stopped: 0, frozen: 0 };
  let waitingFor: { moment: Moment; index: number } | null = null;
  let timer: NodeJS.Timeout | null = null;

  const seen = (moment: Moment) => {
    if (waitingFor?.moment !== moment) return;
    const { index } = waitingFor;
    waitingFor = null;
    kill(index, moment);
  };
  const unlisten = [
    simulators.kommo.on(({ kind }) => {
      if (kind === 'note_added') seen('note written');
      if (kind === 'task_added') seen('task written');
      if (kind === 'call') seen('call answered');
    }),
    simulators.customerio.on(({ type }) => {
      if (type === 'event') seen('event accepted');
      if (type === 'identified') seen('person accepted');
    }),
  ];

  function kill(index: number, moment: Moment): void {
    if (!processes.end(index, 'SIGKILL')) return;
    totals.killed += 1;
    byMoment[moment] = (byMoment[moment] ?? 0) + 1;
  }

  function next(): void {
    const index = Math.floor(random() * count);
    // Most kills are for those that work; a few hit a start.
    if (!processes.isUp(index) && random() > KILLED_STARTS) {
      timer = setTimeout(next, LOOK_AGAIN_MS);
      return;
    }
    const dice = random();
    const moment = MOMENTS[Math.floor(random() * MOMENTS.length)]!;
    // A moment that did not come is given up for any time: the kills go on.
    if (waitingFor) kill(waitingFor.index, 'any time');
    waitingFor = null;
    if (dice < 0.05) totals.stopped += Number(processes.end(index, 'SIGTERM'));
    else if (dice < 0.09 && count > 1) totals.frozen += Number(processes.freeze(index, FREEZE_MS));
    else if (moment === 'any time') kill(index, moment);
    else waitingFor = { moment, index };
    timer = setTimeout(next, meanMs * (0.4 + 1.2 * random()));
  }

  return {
    start: () => {
      timer = setTimeout(next, meanMs);
    },
    stop: () => {
      clearTimeout(timer ?? undefined);
      waitingFor = null;
      for (const stop of unlisten) stop();
    },
    counts: () => ({ ...totals, byMoment }),
  };
}
