import { answerSubject, clientAnswer } from '../../../domain/answer/client-answer.ts';
import { messagesOfEvent, type TiedReport } from '../../../domain/answer/event-emails.ts';
import type { AnswerAction, AnswerInput } from '../../../domain/answer/types.ts';
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
  ...facts
}: SubjectFacts): Answer {
  const about = answerSubject(timeline);
  if (!about) return { ...nothingStored(q, planning, matches), event: null, at: null };
  const occurredAt = Math.floor(about.occurredAt / 1000);
  const emails = messagesOfEvent({ id: about.id, occurredAt }, reports, own, { namesEvents });
  const answer = clientAnswer({ ...facts, about, emails, now: now / 1000 });
  return { ...answer, event: about.id, at: about.at };
}

/** No page is about a name that several have. */
function nothingNamed(q: string, matches: number): string {
  if (matches > 1) return `${matches} clients or deals match "${q}". Choose one of them.`;
  return `No client or deal matches "${q}". Stagepost knows clients whose deal has entered a stage since it was connected, and clients who were emailed.`;
}

/** @param planning why events wait: whom they are about is known only after they were processed */
function nothingStored(q: string, planning: string | null, matches: number): Pick<Answer, 'text' | 'tone'> {
  const isDeal = /^\d+$/.test(q);
  if (!isDeal && !q.includes('@')) return { text: nothingNamed(q, matches), tone: 'nothing' };
  if (!isDeal && planning !== null)
    return {
      text: `Stagepost has stored nothing about ${q} yet. Moved deals and reports wait to be processed, and theirs may be among them: ${planning}`,
      tone: 'waiting',
    };
  const what = isDeal
    ? `deal ${q}: no webhook has named it, and Kommo's events log has no stage change of it`
    : `${q}: none of their deals has entered a stage, and no Customer.io report has named them`;
  return {
    text: `Stagepost has stored nothing about ${what}. If something should be here, check the setup with: stagepost doctor`,
    tone: 'nothing',
  };
}
