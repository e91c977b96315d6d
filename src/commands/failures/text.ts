import pc from 'picocolors';
import { kindNamed } from '../../domain/actions.ts';
import type { FailureGroup, Failures } from '../../failures/dead-letters.ts';
import type { DeadLetter } from '../../store/actions/dead-letters.ts';
import { plural, SIDE_NAMES, utc } from '../common/messages.ts';
import { wrap } from '../doctor/text.ts';
import type { ServerStatus } from '../server/store-remote.ts';

/** The groups, the largest first. @param width in characters */
export function renderGroups({ total, groups }: Failures, width: number): string {
  const head = pc.bold(`${plural(total, 'dead letter')}, ${plural(groups.length, 'cause')}`);
  return [head, ...groups.map((group) => renderGroup(group, width))].join('\n\n');
}

function renderGroup(group: FailureGroup, width: number): string {
  const { count, names, lane, connection, first, last, words, owner, todo, examples } = group;
  const title = `${plural(count, names.one, names.many)} to ${SIDE_NAMES[lane]} (${connection})`;
  const when = count === 1 ? `at ${utc(first)}` : `since ${utc(first)}, last ${utc(last)}`;
  const said = words ?? 'Its words were removed after the retention time.';
  const shown = examples.map((letter) => `#${letter.id} ${subjectOf(letter)}`).join('; ');
  const more = count > examples.length ? '; …' : '';
  return [
    `${pc.red('✗')} ${pc.bold(title)} ${pc.dim(when)}`,
    ...wrap(said, width - 4).map((line) => `    ${line}`),
    ...wrap(`→ ${ownerWords(owner)}: ${todo}`, width - 4).map((line) => pc.cyan(`    ${line}`)),
    ...wrap(`e.g. ${shown}${more}`, width - 4).map((line) => pc.dim(`    ${line}`)),
  ].join('\n');
}

function ownerWords(owner: FailureGroup['owner']): string {
  if (owner === 'nobody') return 'Nobody must act';
  if (owner === 'its cause') return 'Follows its cause';
  return `The ${owner}`;
}

/** One line for each dead letter. */
export function renderLetter(letter: DeadLetter): string {
  const { id, kind, lane, at, words, removed } = letter;
  const what = `${kindNamed(kind).names.one.padEnd(13)} ${SIDE_NAMES[lane].padEnd(11)}`;
  const said = removed ? 'contents removed after the retention time' : (words ?? '');
  return `${`#${id}`.padStart(8)}  ${utc(at)}  ${what}  ${subjectOf(letter)}  ${pc.red(said)}`;
}

function subjectOf({ dealId, person }: DeadLetter): string {
  const parts = [dealId === null ? null : `deal ${dealId}`, person];
  return parts.filter((part) => part !== null).join(' ') || 'of nobody known';
}

/** A lane that does not deliver just now. */
export interface StoppedLane {
  connection: string;
  lane: 'planning' | 'kommo' | 'customerio';
  state: 'held' | 'waiting';
  reason: string;
  /** ms; null where it depends on something else than time. */
  until: number | null;
  /** How many events or actions wait meanwhile. */
  open: number;
}

/** The lanes that do not deliver, out of what a server says of itself. */
export function stoppedLanes({ connections, open }: ServerStatus, only: string | undefined): StoppedLane[] {
  return connections
    .filter(({ name }) => only === undefined || name === only)
    .flatMap(({ name, state, reason, lanes }) => {
      const counts = open.find(({ connection }) => connection === name);
      const stopped = (lane: StoppedLane['lane'], part: Pick<StoppedLane, 'state' | 'reason' | 'until'>) => ({
        connection: name,
        lane,
        ...part,
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
      const what = lane === 'planning' ? 'Planning' : `The lane to ${SIDE_NAMES[lane]}`;
      const does = state === 'held' ? 'is held: somebody must act' : 'waits';
      const why = /[.!?]$/.test(reason) ? reason : `${reason}.`;
      const thing = lane === 'planning' ? 'event' : 'action';
      const behind = open > 0 ? ` ${plural(open, `${thing} waits`, `${thing}s wait`)} behind it.` : '';
      const next = until === null ? '' : ` Next try ${utc(until)}.`;
      return wrap(`! ${what} (${connection}) ${does}. ${why}${behind}${next}`, width).map((line, index) =>
        pc.yellow(index === 0 ? line : `  ${line}`),
      );
    })
    .join('\n');
}
