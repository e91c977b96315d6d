import { describeAction } from '../../domain/actions.ts';
import type { AnswerAction } from '../../domain/answer/types.ts';
import { storedFailureClass, storedFailureCode } from '../../domain/errors.ts';
import { refusalIn } from '../../domain/refusal-warning.ts';
import { adviceFor } from '../../failures/advice.ts';
import type { Sentences } from '../../languages/languages.ts';
import type { TracedAction } from '../../store/events/traced-action.ts';
import type { ConsoleConnection } from './services.ts';

/** Why the connection or one of its lanes does not work; null where all do. */
export function laneTrouble(connection: ConsoleConnection): string | null {
  const state = connection.state();
  if (state?.state === 'waiting') return state.reason;
  const lanes = Object.values(state?.lanes ?? {});
  return lanes.find((lane) => lane.state !== 'open')?.reason ?? null;
}

/** Why moved deals and reports are not processed; null where they are. */
export function planningTrouble(connection: ConsoleConnection): string | null {
  const state = connection.state();
  if (state?.state === 'waiting') return state.reason;
  const planning = state?.lanes?.planning;
  return planning && planning.state !== 'open' ? planning.reason : null;
}

/** Whether a campaign starts with the event that was sent; null where none was, or where that is not known. */
export async function campaignFor(
  connection: ConsoleConnection,
  actions: AnswerAction[],
): Promise<boolean | null> {
  const event = actions.find(({ kind }) => kind === 'track')?.event ?? null;
  return event === null ? null : connection.coverage.hasCampaign(event);
}

/** An action as the answer needs it. */
export function answerAction(action: TracedAction, words: Sentences): AnswerAction {
  const { payload, kind, lane, state, error, isRemoved: removed } = action;
  const failure = storedFailureClass(action.failure);
  const { todo } = adviceFor({ lane, failure, code: storedFailureCode(action.failure_code), removed }, words);
  const event = payload?.kind === 'track' ? payload.name : null;
  return {
    kind,
    title: describeAction(payload, kind, words),
    state,
    error,
    todo: state === 'dead' ? todo : null,
    event,
    refused: refusalIn(action.warnings),
  };
}
