import { en, type Sentences } from '../languages/en.ts';
import { capitalized } from '../lib/capitalized.ts';
import { type EmailStep, type MessageStep, messageSteps } from './answer/event-emails.ts';
import { addresseeOf, messageText } from './describe-report.ts';
import type { EventOutcome } from './event-outcome.ts';
import type { MailReport } from './events.ts';

/** Metrics that say how far a message came, the furthest last. That it was drafted or handed over is said by what follows. */
const MILESTONES = [
  'delivered',
  'opened',
  'clicked',
  'replied',
  'converted',
  'unsubscribed',
  'spammed',
  'bounced',
  'dropped',
  'failed',
  'undeliverable',
];

/** @param name of a report, such as `email_opened` */
export function isMilestone(name: string): boolean {
  return milestoneOf(name) >= 0;
}

/** How far a message came that has this report: a larger number is further; -1 for a report that does not say it. */
export function milestoneOf(name: string): number {
  return MILESTONES.findIndex((metric) => name.endsWith(`_${metric}`));
}

/** What the reports of one message say together. */
export interface MessageProgress {
  /** Whom it went to: `Ann Lee`. */
  to: string;
  /** `"Your demo is booked"`, or `A text message` where no report has a subject. */
  subject: string;
  /** `delivered, opened 12 seconds later`; empty before the first step. */
  progress: string;
  /** The last step in short: `opened`; empty before the first one. */
  state: string;
  /** Of the last step. */
  tone: EmailStep['tone'];
  /** The names of the reports, each once, in the order in which they happened. */
  names: string[];
}

/**
 * The same for every order of the reports.
 * @param reports of one message, at least one
 * @param client the name of the client; null where it is not known
 */
export function messageProgress(
  reports: readonly MailReport[],
  client: string | null,
  words: Sentences = en,
): MessageProgress {
  const sorted = reports.toSorted(inOrder);
  const named = sorted.find(({ values }) => values.subject) ?? sorted[0]!;
  const channel = /^(in_app|[a-z]+)_/.exec(named.name)?.[1] ?? 'email';
  const steps = shownSteps(messageSteps(sorted, channel, words.steps));
  const message = messageText(named, channel, words.messages);
  return {
    to: addresseeOf(named, client, words),
    subject: capitalized(message),
    progress: progressText(steps, words.times),
    state: steps.at(-1)?.short ?? '',
    tone: steps.at(-1)?.tone ?? 'neutral',
    names: [...new Set(sorted.map(({ name }) => name))],
  };
}

/** By time; reports of the same second by their names and ids. */
function inOrder(a: MailReport, b: MailReport): number {
  return a.occurredAt - b.occurredAt || compare(a.name, b.name) || compare(a.reportId, b.reportId);
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** That it was sent is said by what follows. */
function shownSteps(steps: MessageStep[]): MessageStep[] {
  return steps.length > 1 ? steps.filter(({ metric }) => metric !== 'sent') : steps;
}

function progressText([first, ...others]: EmailStep[], { later: laterBy }: Sentences['times']): string {
  if (!first) return '';
  let before = first.at;
  const later = others.map(({ text, at }) => {
    const after = at - before;
    before = Math.max(before, at);
    return after > 0 ? `${text} ${laterBy(after)}` : text;
  });
  return [first.text, ...later].join(', ');
}

/** The outcome of a message, given those of its reports. A message that came somewhere is more than nothing to do. */
export function messageOutcome(reports: readonly { outcome: EventOutcome; name: string }[]): EventOutcome {
  const outcomes = reports.map(({ outcome }) => outcome);
  const first = (['failed', 'open', 'parked', 'waiting', 'held', 'done'] as const).find((outcome) =>
    outcomes.includes(outcome),
  );
  return first ?? (reports.some(({ name }) => isMilestone(name)) ? 'done' : 'nothing');
}
