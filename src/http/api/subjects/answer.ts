import { answerSubject, clientAnswer } from '../../../domain/answer/client-answer.ts';
import { emailMessages } from '../../../domain/answer/messages.ts';
import type { AnswerAction, AnswerInput } from '../../../domain/answer/types.ts';
import type { MailReport } from '../../../domain/events.ts';
import type { ActivityRow } from '../activity/contract.ts';
import type { Answer } from './contract.ts';

/** What the answer is made from. Times in ms. */
export interface SubjectFacts
  extends Pick<AnswerInput, 'client' | 'hasCampaign' | 'lane' | 'running' | 'timezone'> {
  /** The deal or person, as requested. */
  q: string;
  /** Both directions, newest first. */
  timeline: ActivityRow[];
  /** The reports in the timeline whose contents are still stored. */
  reports: MailReport[];
  /** The actions of the event that the answer is about. */
  actions: AnswerAction[];
  /** Why moved deals and reports are not processed; null where they are. */
  planning: string | null;
  now: number;
}

/** Answers "Why did this client get no email?", or says what is known of them. Pure. */
export function answerFor({ q, timeline, reports, planning, now, ...facts }: SubjectFacts): Answer {
  const about = answerSubject(timeline);
  if (!about) return { ...nothingStored(q, planning), event: null, at: null };
  const since = Math.floor(about.occurredAt / 1000);
  const emails = emailMessages(reports.filter(({ occurredAt }) => occurredAt >= since));
  const answer = clientAnswer({ ...facts, about, emails, now: now / 1000 });
  return { ...answer, event: about.id, at: about.at };
}

/** @param planning why events wait: whom they are about is known only after they were processed */
function nothingStored(q: string, planning: string | null): Pick<Answer, 'text' | 'tone'> {
  const isDeal = /^\d+$/.test(q);
  if (!isDeal && !q.includes('@'))
    return {
      text: `"${q}" is neither a deal's number nor an email address, and no person in Customer.io has it as their identifier. Search for the number of the deal, the address of its page in Kommo, or the client's email address.`,
      tone: 'nothing',
    };
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
