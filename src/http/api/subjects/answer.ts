import type { ActivityRow } from '../activity/contract.ts';
import type { Answer } from './contract.ts';

/** What the answer is made from. */
export interface AnswerInput {
  /** The deal or person, as requested. */
  q: string;
  isDeal: boolean;
  /** Both directions, newest first. */
  timeline: ActivityRow[];
  /** The running inactivity timers, each by the event that started it. */
  running: string[];
  /** The actions of the newest relevant event: what each does, and what came of it. */
  actions: { title: string; state: string; error: string | null; todo: string | null }[];
  /** Why a lane does not deliver; null where all do. */
  lane: string | null;
}

/** The newest event that explains something: one that changed nothing comes last. */
export function newestRelevant(timeline: ActivityRow[]): ActivityRow | null {
  const isRelevant = (row: ActivityRow) => row.outcome !== 'nothing' || RELEVANT_KINDS.includes(row.kind);
  return timeline.find(isRelevant) ?? timeline[0] ?? null;
}

/** Of these kinds, an event without consequences is worth an answer, too. */
const RELEVANT_KINDS = ['deal_moved', 'mail_report', 'inactivity', 'deal_deleted'];

/** Answers "Why did nothing happen?", or says what happened last, in a few sentences. Pure. */
export function answerFor(input: AnswerInput): Answer {
  const row = newestRelevant(input.timeline);
  if (!row) return { text: nothingStoredText(input), tone: 'nothing', event: null, at: null };
  const about = { event: row.id, at: row.at };
  const clocks = clocksText(input.running);
  switch (row.outcome) {
    case 'open':
      return { ...about, tone: 'waiting', text: `${openText(row, input)}${clocks}` };
    case 'parked':
      return {
        ...about,
        tone: 'waiting',
        text: `${row.title}. It waits until this person is known. ${row.reason ?? ''}`.trim(),
      };
    case 'nothing':
      return {
        ...about,
        tone: 'nothing',
        text: `${row.title}. Nothing was done: ${sentence(row.reason ?? 'no reason is stored')}${clocks}`,
      };
    case 'failed':
      return { ...about, tone: 'bad', text: `${failedText(row, input)}${clocks}` };
    default:
      return { ...about, tone: 'good', text: `${row.title}. ${doneText(input)}${clocks}` };
  }
}

function nothingStoredText({ q, isDeal }: AnswerInput): string {
  const what = isDeal
    ? `deal ${q}: no webhook has named it, and Kommo's events log has no stage change of it`
    : `${q}: none of their deals has entered a stage, and no Customer.io report has named them`;
  return `Stagepost has stored nothing about ${what}. If something should be here, check the setup with: stagepost doctor`;
}

function openText(row: ActivityRow, { lane, actions }: AnswerInput): string {
  const reason = lane === null ? '' : ` ${sentence(lane)}`;
  const { open, done } = row.actions;
  if (open === 0) return `${row.title}. Stagepost has not decided yet what to do.${reason}`;
  const retried = actions.find(({ state, error }) => state === 'ready' && error !== null);
  const lastError = retried ? ` The last attempt failed: ${sentence(retried.error!)}` : '';
  return `${row.title}. ${done} of ${done + open} actions are done, the others are in progress.${lastError}${reason}`;
}

function failedText(row: ActivityRow, { actions }: AnswerInput): string {
  const dead = actions.find(({ state }) => state === 'dead');
  const { failed } = row.actions;
  const count = failed === 1 ? '1 action was refused' : `${failed} actions were refused`;
  if (!dead) return `${row.title}, but ${count}.`;
  const error = sentence(dead.error ?? 'removed');
  return `${row.title}, but ${count}. ${sentence(dead.title)} The answer: ${error} ${dead.todo ?? ''}`.trim();
}

function doneText({ actions }: AnswerInput): string {
  const done = actions.filter(({ state }) => state === 'done').map(({ title }) => title);
  if (done.length === 0) return 'There was nothing else to do.';
  return `Done: ${done.slice(0, 4).join('; ')}${done.length > 4 ? `; and ${done.length - 4} more` : ''}.`;
}

function clocksText(running: string[]): string {
  if (running.length === 0) return '';
  return running.length === 1
    ? ` The inactivity timer of ${running[0]} is running.`
    : ` The inactivity timers of ${running.join(', ')} are running.`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
