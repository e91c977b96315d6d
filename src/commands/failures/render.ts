import { namesOfKind } from '../../domain/actions.ts';
import type { FailureGroup, Failures } from '../../failures/failure-groups.ts';
import type { ConnectionHealth, HealthItem } from '../../health/health.ts';
import type { DeadLetter } from '../../store/actions/dead-letters.ts';
import type { ServerStatus } from '../data/types.ts';
import { colors } from '../terminal/colors.ts';
import { joinLines, plural, SIDE_NAMES, utc } from '../terminal/format.ts';
import { wrap } from '../terminal/wrap.ts';

/** The causes, the most urgent first. @param width in characters */
export function renderGroups({ total, groups }: Failures, width: number): string {
  const head = colors.bold(`${plural(total, 'dead letter')}, ${plural(groups.length, 'cause')}`);
  return [head, ...groups.map((group) => renderGroup(group, width))].join('\n\n');
}

/** Examples of each cause. */
const NAMED = 3;

function renderGroup(group: FailureGroup, width: number): string {
  const { count, names, lane, connection, first, last, words, owner, todo, followers, examples } = group;
  const title = `${plural(count, names.one, names.many)} to ${SIDE_NAMES[lane]} (${connection})`;
  const time = count === 1 ? `at ${utc(first)}` : `since ${utc(first)}, last at ${utc(last)}`;
  const message = words ?? 'The error message was removed after the retention time.';
  const shown = examples
    .slice(0, NAMED)
    .map((letter) => `#${letter.id} ${subjectOf(letter)}`)
    .join('; ');
  const more = count > Math.min(examples.length, NAMED) ? '; …' : '';
  const waiting = followers.map((follower) =>
    plural(follower.count, follower.names.one, follower.names.many),
  );
  return [
    `${colors.red('✗')} ${colors.bold(title)} ${colors.dim(time)}`,
    ...wrap(message, width - 4).map((line) => `    ${line}`),
    ...wrap(`→ ${ownerLabel(owner)}: ${todo}`, width - 4).map((line) => colors.cyan(`    ${line}`)),
    ...(waiting.length > 0
      ? wrap(`Not sent because of it: ${waiting.join(', ')}`, width - 4).map((line) => `    ${line}`)
      : []),
    ...wrap(`e.g. ${shown}${more}`, width - 4).map((line) => colors.dim(`    ${line}`)),
  ].join('\n');
}

function ownerLabel(owner: FailureGroup['owner']): string {
  if (owner === 'nobody') return 'No action needed';
  if (owner === 'its cause') return 'Fix the cause';
  return `The ${owner}`;
}

/** One line for each dead letter. */
export function renderLetter(letter: DeadLetter): string {
  const { id, kind, lane, at, words, removed } = letter;
  const action = `${namesOfKind(kind).one.padEnd(13)} ${SIDE_NAMES[lane].padEnd(11)}`;
  const message = removed ? 'contents removed after the retention time' : (words ?? '');
  return joinLines([
    `${`#${id}`.padStart(8)}  ${utc(at)}  ${action}  ${subjectOf(letter)}  ${colors.red(message)}`,
  ]);
}

function subjectOf({ dealId, deal, person }: DeadLetter): string {
  const name = deal ? `${deal} (deal ${dealId})` : `deal ${dealId}`;
  const parts = [dealId === null ? null : name, person];
  return parts.filter((part) => part !== null).join(' ') || 'unknown person';
}

/** A lane that does not deliver at the moment, or a connection whose planning is paused. */
export interface StoppedLane {
  connection: string;
  lane: 'planning' | 'kommo' | 'customerio';
  state: 'held' | 'waiting';
  reason: string;
  /** The next try, ms; null where it does not depend on time. */
  until: number | null;
  /** How many events or actions are waiting. */
  open: number;
}

/** @param only all connections, or this one */
export function stoppedLanes({ connections, open }: ServerStatus, only: string | undefined): StoppedLane[] {
  return connections
    .filter(({ name }) => only === undefined || name === only)
    .flatMap(({ name, state, reason, lanes }) => {
      const counts = open.find(({ connection }) => connection === name);
      const stopped = (
        lane: StoppedLane['lane'],
        status: Pick<StoppedLane, 'state' | 'reason' | 'until'>,
      ) => ({
        connection: name,
        lane,
        ...status,
        open: counts?.[lane === 'planning' ? 'events' : lane] ?? 0,
      });
      if (state === 'waiting') return [stopped('planning', { state, reason: reason ?? '', until: null })];
      return (['planning', 'kommo', 'customerio'] as const).flatMap((lane) => {
        const { state = 'open', reason = '', until = null } = lanes?.[lane] ?? {};
        return state === 'open' ? [] : [stopped(lane, { state, reason: reason ?? '', until })];
      });
    });
}

export function renderLanes(lanes: StoppedLane[], width: number): string {
  return lanes
    .flatMap(({ connection, lane, state, reason, until, open }) => {
      const subject = lane === 'planning' ? 'Planning' : `Delivery to ${SIDE_NAMES[lane]}`;
      const status = state === 'held' ? 'is paused until somebody acts' : 'is waiting';
      const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
      const unit = lane === 'planning' ? 'event' : 'action';
      const backlog = open > 0 ? ` ${plural(open, `${unit} is`, `${unit}s are`)} waiting.` : '';
      const next = until === null ? '' : ` Next try ${utc(until)}.`;
      return wrap(`! ${subject} (${connection}) ${status}. ${sentence}${backlog}${next}`, width).map(
        (line, index) => colors.yellow(index === 0 ? line : `  ${line}`),
      );
    })
    .join('\n');
}

/** What is lost without a dead letter: stage changes that are too old to be read from Kommo. */
export function lossesIn(judged: ConnectionHealth[]): HealthItem[] {
  return judged
    .flatMap(({ sides }) => sides.flatMap(({ items }) => items))
    .filter(({ code }) => code === 'kommo_log_unread');
}

/** @param width in characters */
export function renderLosses(losses: HealthItem[], width: number): string {
  return losses
    .flatMap(({ connection, message, todo }) => wrap(`! ${connection}: ${message} ${todo}`, width))
    .map((line, index) => colors.yellow(index === 0 || line.startsWith('! ') ? line : `  ${line}`))
    .join('\n');
}
