import type { AnswerAction, AnswerEvent } from './types.ts';

/** What the event still waits for, after a colon. */
export function waitingText({ actions }: AnswerEvent, details: AnswerAction[], lane: string | null): string {
  const reason = lane === null ? '' : ` ${sentence(lane)}`;
  const { open, done } = actions;
  if (open === 0) return `Stagepost has not decided yet what to do.${reason}`;
  const retried = details.find(({ state, error }) => state === 'ready' && error !== null);
  const lastError = retried ? ` The last attempt failed: ${sentence(retried.error!)}` : '';
  const event = details.find(({ kind }) => kind === 'track')?.event;
  const what = event ? `the event ${event} waits to be sent` : 'the event waits to be sent';
  return `${what} (${done} of ${done + open} actions are done).${lastError}${reason}`;
}

/** The first refused action, in the destination's own words, and what to do about it. */
export function failedActionText(actions: AnswerAction[]): string {
  const dead = actions.filter(({ state }) => state === 'dead');
  const [first] = dead;
  if (!first) return 'an action was refused.';
  const count = dead.length === 1 ? '1 action was refused' : `${dead.length} actions were refused`;
  const error = sentence(first.error ?? 'removed');
  return `${count}: ${sentence(first.title)} The answer: ${error} ${first.todo ?? ''}`.trim();
}

export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
