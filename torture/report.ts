import { compare } from './compare.ts';
import type { Faults } from './faults.ts';
import type { Kills } from './kills.ts';
import type { Load } from './load.ts';
import { judge } from './oracle.ts';
import type { Processes } from './processes.ts';
import type { Simulators } from './simulators.ts';
import { blockedMinutes, type Row } from './table.ts';

/** Kommo's rule: the eighth call in a second is one too many. */
const CALLS_A_SECOND = 7;

export interface Run {
  simulators: Simulators;
  processes: Processes;
  load: Load;
  faults: Faults;
  kills: Kills;
  inactiveAfterMs: number;
  /** What Stagepost still had to do when patience ended. */
  left: string[];
  deadLetters: number;
}

/** The whole table of a run, and in words all that must not be. */
export function reportOf(run: Run): { rows: Row[]; wrong: string[] } {
  const { simulators, processes, load, left, deadLetters } = run;
  const { journal, kommo } = simulators;
  const moves = journal.moves();
  const reports = journal.reports();
  const { inactiveAfterMs } = run;
  const verdict = judge(moves, reports, { inactiveAfterMs, firstNames: load.firstNames });
  const { expected, lost, doubled, strange, wrongFields, outOfOrder } = compare(verdict, simulators.actual());
  const most = kommo.requests.maxInRollingSecond();
  const blocked = blockedMinutes(simulators.customerio);
  const rows: Row[] = [
    ...stormRows(run),
    ['webhooks accepted: Kommo, Customer.io', `${journal.hooksAccepted()}, ${journal.reportsAccepted()}`],
    ['moves, reports', `${moves.length}, ${reports.length}`],
    ['calls to Kommo, Customer.io', `${kommo.requests.total}, ${simulators.customerio.requests.length}`],
    ['effects expected', expected],
    ['lost', lost.length],
    ['doubled', doubled.length],
    ['not expected at all', strange.length],
    ['fields with a wrong value', wrongFields.length],
    ['out of order', outOfOrder.length],
    ['dead letters', deadLetters],
    ['most calls to Kommo in a rolling second', `${most} of ${CALLS_A_SECOND}`],
    ['rate violations', Math.max(0, most - CALLS_A_SECOND)],
    ['Customer.io blocked: by our answers', `${blocked.answers.toFixed(1)} of its minutes`],
    ['Customer.io blocked: by processes that died', `${blocked.silence.toFixed(1)} of its minutes`],
    ['webhooks that Kommo disabled', journal.hooksDisabled()],
    ['processes that ended by themselves', processes.crashes.length],
  ];
  const named = (what: string, list: string[]) => list.map((words) => `${what}: ${words}`);
  const wrong = [
    ...named('lost', lost),
    ...named('doubled', doubled),
    ...named('not expected', strange),
    ...named('field', wrongFields),
    ...named('out of order', outOfOrder),
    ...named('still open', left),
    ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
    ...(most > CALLS_A_SECOND ? [`${most} calls to Kommo in one second`] : []),
    ...processes.crashes,
  ];
  return { rows, wrong };
}

function stormRows({ kills, faults, processes }: Run): Row[] {
  const { killed, byMoment, stopped, frozen } = kills.counts();
  const times = processes.startTimes.toSorted((a, b) => a - b);
  const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
  return [
    ['kills (SIGKILL)', killed],
    ...Object.entries(byMoment).map(([moment, n]): Row => [`  at: ${moment}`, n]),
    ['stops (SIGTERM), sleeps (SIGSTOP)', `${stopped}, ${frozen}`],
    ['starts, median time until all is up', `${times.length}, ${median} ms`],
    ['starts that failed while the database was away', processes.failedStarts.count],
    ...Object.entries(faults.counts()).map(([kind, n]): Row => [`fault: ${kind}`, n]),
  ];
}
