import { answerSubject, clientAnswer } from '../../../domain/answer/client-answer.ts';
import { messagesOfEvent, type TiedReport } from '../../../domain/answer/event-emails.ts';
import type { AnswerAction, AnswerInput } from '../../../domain/answer/types.ts';
import type { Sentences } from '../../../languages/languages.ts';
import type { ActivityRow } from '../activity/contract.ts';
import type { Answer } from './contract.ts';

/** What the answer is made from. Times in ms. */
export interface SubjectFacts
  extends Pick<AnswerInput, 'client' | 'contactName' | 'hasCampaign' | 'lane' | 'running' | 'timezone'> {
  /** The deal or person, as requested. */
  q: string;
  /** Both directions, newest first. */
  timeline: ActivityRow[];
  /** The reports in the timeline whose contents are still stored. */
  reports: TiedReport[];
  /** Whether Customer.io names our events in the reports of their campaigns. */
  namesEvents: boolean;
  /** The addresses of the people. */
  own: string[];
  /** The actions of the event that the answer is about. */
  actions: AnswerAction[];
  /** Why moved deals and reports are not processed; null where they are. */
  planning: string | null;
  /** How many clients and deals match what was requested, where it is a name. */
  matches: number;
  now: number;
  words: Sentences;
}

/** Answers "Why did this client get no email?", or says what is known of them. Pure. */
export function answerFor({
  q,
  timeline,
  reports,
  namesEvents,
  own,
  planning,
  matches,
  now,
  words,
  ...facts
}: SubjectFacts): Answer {
  const about = answerSubject(timeline);
  if (!about) return { ...nothingStored(q, planning, matches, words.answer), event: null, at: null };
  const occurredAt = Math.floor(about.occurredAt / 1000);
  const emails = messagesOfEvent({ id: about.id, occurredAt }, reports, own, { namesEvents });
  const answer = clientAnswer({ ...facts, about, emails, now: now / 1000 }, words);
  return { ...answer, event: about.id, at: about.at };
}

/** No page is about a name that several have. */
function nothingNamed(q: string, matches: number, words: Sentences['answer']): string {
  if (matches > 1) return words.severalMatch(matches, q);
  return words.noneMatches(q);
}

/** @param planning why events wait: whom they are about is known only after they were processed */
function nothingStored(
  q: string,
  planning: string | null,
  matches: number,
  words: Sentences['answer'],
): Pick<Answer, 'text' | 'tone'> {
  const isDeal = /^\d+$/.test(q);
  if (!isDeal && !q.includes('@')) return { text: nothingNamed(q, matches, words), tone: 'nothing' };
  if (!isDeal && planning !== null) return { text: words.maybeUnprocessed(q, planning), tone: 'waiting' };
  const what = isDeal ? words.unknownDeal(q) : words.unknownClient(q);
  return { text: words.nothingStored(what), tone: 'nothing' };
}
