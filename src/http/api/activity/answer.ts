import type { ActivityRow, Answer } from '../contract.ts';

/** What the answer is made of. */
export interface Known {
  /** As it was asked for. */
  q: string;
  isDeal: boolean;
  /** Both directions, the newest first. */
  timeline: ActivityRow[];
  /** How many inactivity clocks run, by the event that started them. */
  running: string[];
  /** The actions of the newest event that matters, in words, by what became of them. */
  actions: { title: string; state: string; error: string | null; todo: string | null }[];
  /** Why a lane does not deliver, in words; null where all do. */
  lane: string | null;
}

/** The newest event that says something: a change that changed nothing says little. */
export function newestThatMatters(timeline: ActivityRow[]): ActivityRow | null {
  const says = (row: ActivityRow) => row.outcome !== 'nothing' || TELLING.includes(row.kind);
  return timeline.find(says) ?? timeline[0] ?? null;
}

const TELLING = ['deal_moved', 'mail_report', 'inactivity', 'deal_deleted'];

/** "Why did nothing happen?", or what happened last, in a few sentences. Pure. */
export function answerFor(known: Known): Answer {
  const row = newestThatMatters(known.timeline);
  if (!row) return { text: nothingStored(known), tone: 'nothing', event: null, at: null };
  const about = { event: row.id, at: row.at };
  const clocks =
    known.running.length === 0 ? '' : ` The inactivity clock of ${known.running.join(', ')} runs.`;
  switch (row.outcome) {
    case 'open':
      return { ...about, tone: 'waiting', text: `${stillOpen(row, known)}${clocks}` };
    case 'parked':
      return {
        ...about,
        tone: 'waiting',
        text: `${row.title}. This waits for the person to appear. ${row.reason ?? ''}`.trim(),
      };
    case 'nothing':
      return {
        ...about,
        tone: 'nothing',
        text: `${row.title}. Nothing was done: ${sentence(row.reason ?? 'no reason is stored')}${clocks}`,
      };
    case 'failed':
      return { ...about, tone: 'bad', text: `${refused(row, known)}${clocks}` };
    default:
      return { ...about, tone: 'good', text: `${row.title}. ${doneWords(known)}${clocks}` };
  }
}

function nothingStored({ q, isDeal }: Known): string {
  const what = isDeal
    ? `deal ${q}: no webhook has named it, and no move of it was found in Kommo's events log`
    : `${q}: no deal of theirs has entered a stage, and no report of Customer.io has named them`;
  return `Stagepost has stored nothing about ${what}. If something should be here, check with: stagepost doctor`;
}

function stillOpen(row: ActivityRow, { lane, actions }: Known): string {
  const why = lane === null ? '' : ` ${sentence(lane)}`;
  const { open, done } = row.actions;
  if (open === 0) return `${row.title}. It is not decided yet what is to be done.${why}`;
  const trouble = actions.find(({ state, error }) => state === 'ready' && error !== null);
  const last = trouble ? ` The last try: ${sentence(trouble.error!)}` : '';
  return `${row.title}. ${done} of ${done + open} actions are done, the rest is under way.${last}${why}`;
}

function refused(row: ActivityRow, { actions }: Known): string {
  const dead = actions.find(({ state }) => state === 'dead');
  const { failed } = row.actions;
  const count = failed === 1 ? '1 action was refused' : `${failed} actions were refused`;
  if (!dead) return `${row.title}, but ${count}.`;
  return `${row.title}, but ${count}. ${sentence(dead.title)} The answer: ${sentence(dead.error ?? 'removed')} ${dead.todo ?? ''}`.trim();
}

function doneWords({ actions }: Known): string {
  const done = actions.filter(({ state }) => state === 'done').map(({ title }) => title);
  if (done.length === 0) return 'All is done that was to be done.';
  return `Done: ${done.slice(0, 4).join('; ')}${done.length > 4 ? `; and ${done.length - 4} more` : ''}.`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
