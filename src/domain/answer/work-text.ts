import type { Sentences } from '../../languages/en.ts';
import type { AnswerAction, AnswerEvent } from './types.ts';

type Words = Sentences['answer'];

/** What the event still waits for, after a colon. */
export function waitingText(
  { actions: { open, done } }: AnswerEvent,
  details: AnswerAction[],
  lane: string | null,
  words: Words,
): string {
  const reason = lane === null ? '' : ` ${sentence(lane)}`;
  if (open === 0) return `${words.undecided}${reason}`;
  const retried = details.find(({ state, error }) => state === 'ready' && error !== null);
  const lastError = retried ? ` ${words.lastAttemptFailed(sentence(retried.error!))}` : '';
  const event = details.find(({ kind }) => kind === 'track')?.event || null;
  return `${words.waitsToBeSent(event, done, done + open)}${lastError}${reason}`;
}

/** The first refused action, in the destination's own words, and what to do about it. */
export function failedActionText(actions: AnswerAction[], words: Words): string {
  const dead = actions.filter(({ state }) => state === 'dead');
  const [first] = dead;
  if (!first) return words.anActionRefused;
  const error = sentence(first.error ?? words.removed);
  return `${words.refused(dead.length, sentence(first.title), error)} ${first.todo ?? ''}`.trim();
}

export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
