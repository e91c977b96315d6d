import type { AlertTopic, Condition, Observation, ReceiverState } from '../domain/alerts.ts';
import { allItems, type Health, type HealthItem, type HealthPage, itemKey } from '../health/health.ts';
import type { AlertFacts } from '../store/alerts/facts.ts';
import type { Seen } from './conditions.ts';
import { failingCode } from './notices.ts';

/** Everything that is wrong now, from health and from what the alerts count themselves. Pure. */

/** Alerts are sent when a limit is used up to these parts, per cent. From the third on it is broken. */
export const LIMIT_STEPS = [50, 70, 90, 100] as const;
const BROKEN_FROM = 90;
/** Below this part of the first step a limit counts as kept again, so that a number around a limit makes no messages. */
const KEPT_BELOW = 0.8;
/** Counts of opt-outs at which another alert is sent. */
const OPT_OUT_STEPS = [1, 10, 100, 1000] as const;

export interface Observed {
  /** Null while it is not known. */
  health: Health | null;
  /** Null where they could not be read. */
  facts: readonly AlertFacts[] | null;
  limits: { deadLetters: number; backlog: number };
  receivers: ReadonlyMap<string, ReceiverState>;
  now: number;
}

export function seenOf(observed: Observed): Seen {
  const { health, facts } = observed;
  const judged = new Set(
    health?.connections.filter(({ judgedAt }) => judgedAt !== null).map(({ connection }) => connection),
  );
  const counted = new Set(facts?.map(({ connection }) => connection));
  return {
    observations: [
      ...(health ? allItems(health) : []).map(healthObservation),
      ...(facts ?? []).flatMap((each) => factObservations(each, observed)),
      ...[...observed.receivers].flatMap(([name, state]) => receiverObservation(name, state)),
    ],
    isKnown({ key, connection }: Condition) {
      if (connection === null) return health !== null;
      return key.startsWith(countKey(connection, '')) ? counted.has(connection) : judged.has(connection);
    },
  };
}

const PATHS: Record<HealthPage, string> = {
  overview: '/system',
  connections: '/connections',
  rules: '/rules',
  failures: '/failures',
  held: '/held',
  activity: '/activity',
};

/** Items of health that belong to another topic, so that a receiver can leave them out. By the end of their code. */
const TOPIC_ENDS: [end: string, topic: AlertTopic][] = [
  ['_dead_letters', 'dead_letters'],
  ['_waiting', 'backlog'],
];

function healthObservation(item: HealthItem): Observation {
  const { code, connection, side, light, since, message, todo, page } = item;
  const topic =
    TOPIC_ENDS.find(([end]) => code.endsWith(end) && code !== 'connection_waiting')?.[1] ?? 'health';
  return {
    ...{ key: itemKey(item), topic, connection, side, code, light, step: 0, since, message, todo },
    path: PATHS[page],
  };
}

/** The key of a condition that the alerts count themselves. No side of health is called so. */
function countKey(connection: string, code: string): string {
  return `${connection}/counts/${code}`;
}

function factObservations(facts: AlertFacts, { limits, now }: Observed): Observation[] {
  const { connection, dead, backlog, optOuts, optOutDeal, repaired } = facts;
  const about = (
    code: AlertTopic,
    light: Observation['light'],
    step: number,
    message: string,
    todo: string,
  ) => ({
    ...{ key: countKey(connection, code), topic: code, code, connection, side: 'installation' },
    ...{ light, step, since: now, message, todo },
  });
  return [
    ...limitOf(dead, limits.deadLetters).map(({ light, step }) => ({
      ...about(
        'dead_letters',
        light,
        step,
        `${counted(dead, limits.deadLetters, 'action')} ${dead === 1 ? 'has' : 'have'} failed for good: ${step} % of the limit of ${number(limits.deadLetters)}.`,
        'Open Problems, fix the cause of each group, and replay it or discard it.',
      ),
      path: '/failures',
    })),
    ...limitOf(backlog, limits.backlog).map(({ light, step }) => ({
      ...about(
        'backlog',
        light,
        step,
        `${counted(backlog, limits.backlog, 'item')} ${backlog === 1 ? 'waits' : 'wait'} to be planned or sent: ${step} % of the limit of ${number(limits.backlog)}.`,
        'Nothing is lost. See on the page System which side does not accept calls, or whether an import is under way.',
      ),
      path: '/system',
    })),
    ...(optOuts === 0
      ? []
      : [
          {
            ...about(
              'opt_outs',
              'broken',
              OPT_OUT_STEPS.findLast((step) => optOuts >= step) ?? 1,
              `${counted(optOuts, 1000, 'change')} that a client unsubscribed, bounced or complained could not be written to Kommo${optOutDeal === null ? '' : ` (deal ${optOutDeal})`}.`,
              'Open Problems, fix the cause, and replay. Until then the deal does not show that the client must not be emailed.',
            ),
            path: '/failures',
          },
        ]),
    ...(repaired === 0
      ? []
      : [
          {
            ...about(
              'gaps',
              'warning',
              0,
              `The webhooks of ${counted(repaired, Number.POSITIVE_INFINITY, 'stage change')} of the last hour never came. Stagepost has read them from Kommo's log.`,
              "Nothing is lost. If Stagepost was not stopped, check on Connections that Kommo's webhook is active.",
            ),
            path: '/connections',
          },
        ]),
  ];
}

/** What was passed of a limit. Just below the first step nothing is known, so that the state stays as it is. */
function limitOf(count: number, limit: number): { light: Observation['light']; step: number }[] {
  const percent = (count * 100) / limit;
  const step = LIMIT_STEPS.findLast((each) => percent >= each);
  if (step !== undefined) return [{ light: step >= BROKEN_FROM ? 'broken' : 'warning', step }];
  return percent >= LIMIT_STEPS[0] * KEPT_BELOW ? [{ light: 'unknown', step: 0 }] : [];
}

/** Attempts that fail before the other receivers are told that this one cannot be reached. */
export const FAILING_FROM = 3;

function receiverObservation(name: string, state: ReceiverState): Observation[] {
  const { failures, failingSince, error } = state;
  if (failures < FAILING_FROM || failingSince === null) return [];
  return [
    {
      key: `/installation/${failingCode(name)}`,
      ...{ topic: 'health', connection: null, side: 'installation', code: failingCode(name) },
      ...{ light: 'warning', step: 0, since: failingSince },
      message: `The alerts for "${name}" do not arrive: ${error ?? 'unknown error.'}`,
      todo: 'Correct this receiver under alerts: in stagepost.yaml and restart, or repair its service. What waits is sent then.',
      path: '/alerts',
    },
  ];
}

function counted(count: number, limit: number, word: string): string {
  const isMore = count > limit;
  const shown = isMore ? limit : count;
  return `${isMore ? 'More than ' : ''}${number(shown)} ${word}${shown === 1 ? '' : 's'}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
