import { actualOf } from './actual.ts';
import { type Backfills, wrongProfiles } from './backfills.ts';
import { compare } from './compare.ts';
import type { Faults } from './faults.ts';
import type { Kills } from './kills.ts';
import type { Load } from './load.ts';
import { judge } from './oracle.ts';
import { createPeople } from './people.ts';
import type { Processes } from './processes.ts';
import type { Simulators } from './simulators.ts';
import { blockedMinutes, type Row } from './table.ts';
import { MANAGER_OPT_IN } from './texts.ts';
import type { Transfers } from './transfers.ts';

/** Kommo's rule: the eighth call in a second is one too many. */
const CALLS_A_SECOND = 7;

export interface Run {
  simulators: Simulators;
  processes: Processes;
  load: Load;
  faults: Faults;
  kills: Kills;
  transfers: Transfers;
  backfills: Backfills;
  /** Deals from before the first start that nobody has touched since: only a backfill brings their clients. */
  earlierDeals: number[];
  inactiveAfterMs: number;
  optInFromCrm: boolean;
  /** What Stagepost still had to do when patience ended. */
  left: string[];
  deadLetters: number;
}

/** The whole table of a run, and in words all that must not be. */
export function reportOf(run: Run): { rows: Row[]; wrong: string[] } {
  const { simulators, processes, left, deadLetters } = run;
  const { journal, kommo } = simulators;
  const seen = journal.observed();
  const observed = { ...seen, reports: run.transfers.withLost(seen.reports) };
  const { moves, reports, merges } = observed;
  const unreported = merges.filter(({ reportedAt }) => reportedAt === null);
  const verdict = judge(observed, run);
  const actual = actualOf(simulators, createPeople(observed));
  const compared = compare(verdict, actual);
  const { expected, lost, doubled, strange, misplaced, wrongFields, outOfOrder } = compared;
  const profiles = wrongProfiles(run.earlierDeals, simulators, observed, createPeople(observed));
  const optIns = actual.effects.filter(({ what }) => what.startsWith(MANAGER_OPT_IN)).length;
  const undone = Math.max(0, journal.undoneOptOuts() - optIns);
  const most = kommo.requests.maxInRollingSecond();
  const blocked = blockedMinutes(simulators.customerio);
  const rows: Row[] = [
    ...stormRows(run),
    ['webhooks accepted: Kommo, Customer.io', `${journal.hooksAccepted()}, ${journal.reportsAccepted()}`],
    ['moves, reports', `${moves.length}, ${reports.length}`],
    ['merges of contacts, those that no webhook reported', `${merges.length}, ${unreported.length}`],
    ['calls to Kommo, Customer.io', `${kommo.requests.total}, ${simulators.customerio.requests.length}`],
    ['effects expected', expected],
    ['lost', lost.length],
    ['doubled', doubled.length],
    ['not expected at all', strange.length],
    ['on a wrong deal, or about a wrong person', misplaced.length],
    [`fields with a wrong value, of ${verdict.fields.length}`, wrongFields.length],
    ['people who have opted out', verdict.optedOut.size],
    ['opt-outs undone', undone],
    ['campaign emails to people who had opted out by then', verdict.unwantedMails.length],
    ['opted-out people whose profile gets email', compared.openProfiles.length],
    ['people with several profiles', compared.severalProfiles.length],
    ['out of order', outOfOrder.length],
    ['dead letters', deadLetters],
    ['most calls to Kommo in a rolling second', `${most} of ${CALLS_A_SECOND}`],
    ['rate violations', Math.max(0, most - CALLS_A_SECOND)],
    ['Customer.io blocked: by our answers', `${blocked.answers.toFixed(1)} of its minutes`],
    ['Customer.io blocked: by processes that died', `${blocked.silence.toFixed(1)} of its minutes`],
    ['webhooks that Kommo disabled', journal.hooksDisabled()],
    ...(run.earlierDeals.length === 0 ? [] : backfillRows(run, profiles)),
    ['processes that ended by themselves', processes.crashes.length],
  ];
  const named = (what: string, list: string[]) => list.map((words) => `${what}: ${words}`);
  const wrong = [
    ...named('lost', lost),
    ...named('doubled', doubled),
    ...named('not expected', strange),
    ...named('misplaced', misplaced),
    ...named('field', wrongFields),
    ...named('email after an opt-out', verdict.unwantedMails),
    ...named('not unsubscribed', compared.openProfiles),
    ...named('several profiles', compared.severalProfiles),
    ...(undone > 0 ? [`${undone} opt-outs undone`] : []),
    ...named('out of order', outOfOrder),
    ...named('backfilled', profiles),
    ...run.backfills.problems(),
    ...named('still open', left),
    ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
    ...(most > CALLS_A_SECOND ? [`${most} calls to Kommo in one second`] : []),
    ...processes.crashes,
  ];
  return { rows, wrong };
}

function backfillRows({ backfills, earlierDeals }: Run, profiles: string[]): Row[] {
  const { done, deals } = backfills.counts();
  return [
    ['backfills that are done, and their deals', `${done}, ${deals}`],
    [`wrong profiles, of ${earlierDeals.length} that only a backfill brings`, profiles.length],
  ];
}

function stormRows({ load, kills, faults, transfers, processes }: Run): Row[] {
  const { killed, byMoment, stopped, frozen } = kills.counts();
  const times = processes.startTimes.toSorted((a, b) => a - b);
  const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
  return [
    ['kills (SIGKILL)', killed],
    ...Object.entries(byMoment).map(([moment, n]): Row => [`  at: ${moment}`, n]),
    ['stops (SIGTERM), sleeps (SIGSTOP)', `${stopped}, ${frozen}`],
    ['starts, median time until all is up', `${times.length}, ${median} ms`],
    ['starts that failed while the database was away', processes.failedStarts.count],
    ...Object.entries(transfers.counts()).filter(([, n]) => n > 0),
    ...Object.entries(load.counts()).map(([kind, n]): Row => [`done: ${kind}`, n]),
    ...Object.entries(faults.counts()).map(([kind, n]): Row => [`fault: ${kind}`, n]),
  ];
}
