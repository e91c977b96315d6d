import { DataUnusable } from '../embedded/data-folder.ts';
import {
  type CurrentDatabase,
  type DatabasePlace,
  type KnownDatabase,
  type Verdict,
  WORD_FOR,
} from './decide.ts';
import { COUNTED, type Holdings, isEmpty } from './facts.ts';
import { describePlace } from './place.ts';

/** The database is not the one that was used last, and nobody has said that this is intended. */
export class OtherDatabase extends DataUnusable {
  constructor(message: string) {
    super(message);
    this.name = 'OtherDatabase';
  }
}

/** A database that is not the one that was used last, or not in its latest state. */
export interface Difference {
  verdict: Exclude<Verdict, 'same'>;
  current: CurrentDatabase;
  last: KnownDatabase;
}

/**
 * A refusal for a person: what is there, what was there before, what would be missing, and what to do.
 * @param isWordUsed whether the word was given, but had been given at the start before as well
 */
export function refusalMessage(difference: Difference, isWordUsed: boolean): string {
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
    ...(isWordUsed ? [USED_WORD] : []),
    verdict === 'older' ? REPEATED : NO_MOVE,
  ].join('\n');
}

/** The same before a start, in a sentence, and what to do. */
export function differenceAdvice(difference: Difference): { message: string; todo: string } {
  const { verdict, last } = difference;
  const { now, before } = describeDifference(difference);
  const missing = missingItems(last).join('; ');
  return {
    message: `stagepost serve would not start: ${PROBLEMS[verdict]}. Now: ${now}. Before: ${before}, with ${missing}`,
    todo: `Either ${wayBack(verdict, last)}, or, if this is intended, start once with ${optionOf(verdict)}.`,
  };
}

const PROBLEMS: Record<Difference['verdict'], string> = {
  empty: 'another database was used last, and this one is empty',
  other: 'another database was used last, and this one has other data',
  older: 'the database is in an earlier state than when it was used last',
};

function describeDifference({ current, last }: Difference): { now: string; before: string } {
  const content = isEmpty(current.facts) ? 'It is empty' : `It has ${listHoldings(current.facts.holdings)}`;
  const until = last.usedAt === null ? '' : `, last used until ${timeOf(last.usedAt)}`;
  return { now: `${describePlace(current)}. ${content}`, before: `${describePlace(last)}${until}` };
}

function optionOf(verdict: Difference['verdict']): string {
  const word = WORD_FOR[verdict];
  return `--${word} (or STAGEPOST_${word.toUpperCase().replaceAll('-', '_')}=1)`;
}

const USED_WORD =
  'It was given at the start before, too, and counts only once. Start without it first: that start is refused, and the next one can be given the word again.';
const NO_MOVE =
  'There is no command that moves the data. docs/operations.md says how to take rules along (stagepost config export); users are created anew.';
const REPEATED =
  'What was done since that earlier state is not known in it: stage changes are read from Kommo again, and notes and tasks can be written twice.';

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
