import { DataUnusable } from '../embedded/data-folder.ts';
import { type CurrentDatabase, type DatabasePlace, type KnownDatabase, OVERRIDE_FOR } from './decide.ts';
import { COUNTED, type Holdings, isEmpty } from './facts.ts';
import { describePlace } from './place.ts';

/** The database is not the one that was used last, and the operator has not accepted it. */
export class OtherDatabase extends DataUnusable {
  constructor(message: string) {
    super(message);
    this.name = 'OtherDatabase';
  }
}

/** A database that is not the one that was used last, or not in its latest state. */
export type Difference =
  | { verdict: 'empty' | 'other' | 'older'; current: CurrentDatabase; last: KnownDatabase }
  | { verdict: 'moved'; current: CurrentDatabase; last: KnownDatabase | null };

/**
 * A refusal for a person: what is there, what was there before, what would be missing, and what to do.
 * @param isOverrideUsed whether the override was given, but had been given at the start before as well
 */
export function refusalMessage(difference: Difference, isOverrideUsed: boolean): string {
  if (difference.verdict === 'moved') return movedMessage(difference.current, isOverrideUsed);
  const { verdict, last } = difference;
  const { now, before } = describeDifference(difference);
  return [
    `Stagepost does not start: ${PROBLEMS[verdict]}.`,
    `  now:    ${now}`,
    `  before: ${before}`,
    verdict === 'older' ? 'Before, there were:' : 'These would be missing:',
    ...missingItems(last).map((item) => `  - ${item}`),
    'Nothing has been written. Either',
    `  - ${wayBack(verdict, last)}, or`,
    `  - if this is intended, start once with ${optionOf(verdict)}.`,
    ...(isOverrideUsed ? [USED_BEFORE] : []),
    verdict === 'older' ? REPEATED : MOVE,
  ].join('\n');
}

/** The same before a start, in a sentence, and what to do. */
export function differenceAdvice(difference: Difference): { message: string; todo: string } {
  if (difference.verdict === 'moved') {
    const { now, to } = describeMove(difference.current);
    return {
      message: `stagepost serve would not start: the data of ${now} was moved to ${to}`,
      todo: `Use that database, or, if this is intended, start once with ${optionOf('moved')}.`,
    };
  }
  const { verdict, last } = difference;
  const { now, before } = describeDifference(difference);
  const missing = missingItems(last).join('; ');
  return {
    message: `stagepost serve would not start: ${PROBLEMS[verdict]}. Now: ${now}. Before: ${before}, with ${missing}`,
    todo: `Either ${wayBack(verdict, last)}, or, if this is intended, start once with ${optionOf(verdict)}.`,
  };
}

function movedMessage(current: CurrentDatabase, isOverrideUsed: boolean): string {
  const { now, to } = describeMove(current);
  return [
    'Stagepost does not start: the data of this database was moved to another one.',
    `  now:      ${now}`,
    `  moved to: ${to}`,
    'Nothing has been written. Either',
    '  - use that database: set or unset DATABASE_URL, and check --data, or',
    `  - if this is intended, start once with ${optionOf('moved')}.`,
    ...(isOverrideUsed ? [USED_BEFORE] : []),
    REPEATED,
  ].join('\n');
}

function describeMove({ facts: { origin }, ...place }: CurrentDatabase): { now: string; to: string } {
  const at = origin?.movedAt == null ? '' : ` on ${timeOf(origin.movedAt)}`;
  return { now: describePlace(place), to: `${origin?.movedTo}${at}` };
}

type Missing = Exclude<Difference, { verdict: 'moved' }>;

const PROBLEMS: Record<Missing['verdict'], string> = {
  empty: 'another database was used last, and this one is empty',
  other: 'another database was used last, and this one has other data',
  older: 'the database is in an earlier state than when it was used last',
};

function describeDifference({ current, last }: Missing): { now: string; before: string } {
  const content = isEmpty(current.facts) ? 'It is empty' : `It has ${listHoldings(current.facts.holdings)}`;
  const until = last.usedAt === null ? '' : `, last used until ${timeOf(last.usedAt)}`;
  return { now: `${describePlace(current)}. ${content}`, before: `${describePlace(last)}${until}` };
}

function optionOf(verdict: Difference['verdict']): string {
  const override = OVERRIDE_FOR[verdict];
  return `--${override} (or STAGEPOST_${override.toUpperCase().replaceAll('-', '_')}=1)`;
}

const USED_BEFORE =
  'It was given at the start before, too, and counts only once. Start without it first: that start is refused, and the next one can be given the option again.';
const MOVE =
  'To take the data along, go back to the database that was used before, stop Stagepost, and run stagepost move --to PLACE (docs/operations.md).';
const REPEATED =
  'What was done since that earlier state is not known in it. Kommo and Customer.io are asked before anything is repeated, and events that may have been sent already are held for your decision (stagepost held list).';

function wayBack(verdict: Difference['verdict'], last: DatabasePlace): string {
  if (verdict === 'older') return 'restore the newest state of the database';
  return last.kind === 'embedded'
    ? 'go back to the embedded database: unset DATABASE_URL, and check --data'
    : `set DATABASE_URL to that database again (${last.where})`;
}

const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function missingItems({ facts, unreadable }: KnownDatabase): string[] {
  return facts ? [...itemsOf(facts.holdings), HISTORY] : [`what it has cannot be read: ${unreadable}`];
}

const HISTORY = 'the history: which stage changes and reports were handled';

function itemsOf({ rules, users, tokens, timers, undelivered, deadLetters }: Holdings): string[] {
  const versions = Object.entries(rules).map(([connection, version]) => `${connection} (version ${version})`);
  return [
    versions.length > 0 ? `rules in the console: ${versions.join(', ')}` : null,
    users.length > 0 ? `users: ${users.join(', ')}` : null,
    amount(tokens, 'token'),
    amount(timers, 'running inactivity timer'),
    amount(undelivered, 'undelivered action'),
    amount(deadLetters, 'dead letter'),
  ].filter((item) => item !== null);
}

function listHoldings(holdings: Holdings): string {
  return itemsOf(holdings).join('; ') || 'a history';
}

function amount(count: number, name: string): string | null {
  if (count === 0) return null;
  const number = count >= COUNTED ? `${COUNTED} or more` : String(count);
  return `${number} ${name}${count === 1 ? '' : 's'}`;
}
