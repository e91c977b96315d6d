import { isMailable, type MailState } from '../consent/mail-state.ts';
import { describeMailability, onDay } from '../describe-mailability.ts';
import type { UnixSeconds } from '../entities.ts';
import { emailText, failureText } from './email-text.ts';
import { hasArrived } from './messages.ts';
import type { AnswerEvent, AnswerInput, ClientAnswer } from './types.ts';
import { failedActionText, sentence, waitingText } from './work-text.ts';

/** How long after an event a report of its email is waited for, in seconds, before the answer says that none has come. */
export const REPORT_EXPECTED = 15 * 60;

/** What orders the events of a timeline. */
type Ordered = Pick<AnswerEvent, 'id' | 'kind' | 'occurredAt' | 'rule'>;

/**
 * The event to answer for: the latest one that was to send an email, a stage change or a timer that ran out. Reports that
 * came after it say what became of the email, and do not take its place. Without one, the newest event.
 * @param timeline in the order of receipt, the newest first
 */
export function answerSubject<T extends Ordered>(timeline: readonly T[]): T | null {
  const sending = latest(timeline.filter(isSending));
  const deleted = latest(timeline.filter(({ kind }) => kind === 'deal_deleted'));
  if (deleted && sending && isLater(deleted, sending)) return deleted;
  return sending ?? timeline.find(({ kind }) => kind === 'mail_report') ?? timeline[0] ?? null;
}

function latest<T extends Ordered>(events: T[]): T | null {
  return events.reduce<T | null>(
    (last, event) => (last === null || isLater(event, last) ? event : last),
    null,
  );
}

/**
 * By the time at which it happened: Kommo's events log reports the creation of a deal after the moves that followed it. Of
 * two within a second, the one with a rule.
 */
function isLater(event: Ordered, than: Ordered): boolean {
  if (event.occurredAt !== than.occurredAt) return event.occurredAt > than.occurredAt;
  const hasRule = event.rule !== null;
  return hasRule === (than.rule !== null) ? event.id > than.id : hasRule;
}

/** Answers "why did this client get no email?", or says which one they got, in a few sentences. Pure. */
export function clientAnswer(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { about, running } = input;
  const answer = isSending(about) ? sendingAnswer(input) : otherAnswer(input);
  return { ...answer, text: `${answer.text}${timersText(running)}` };
}

function isSending({ kind }: Pick<AnswerEvent, 'kind'>): boolean {
  return kind === 'deal_moved' || kind === 'inactivity';
}

function sendingAnswer(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { about, actions, client } = input;
  const track = actions.find(({ kind }) => kind === 'track');
  if (about.outcome === 'nothing' || about.outcome === 'parked') return nothingSent(input);
  if (about.outcome === 'waiting') return waitsForContact(input);
  if (about.outcome === 'held') return held(input);
  if (track?.state === 'dead' || track?.state === 'dropped')
    return { tone: 'bad', text: `${notGot(input)}: ${failedActionText(actions)} ${sentence(about.title)}` };
  const isSent = track ? track.state === 'done' : about.outcome === 'done' || about.outcome === 'failed';
  const rest = about.outcome === 'failed' ? ` But ${failedActionText(actions)}` : '';
  if (!isSent) return notSentYet(input);
  const answer = client && !isMailable(client.mailability) ? withoutEmail(input) : afterEvent(input);
  if (rest !== '') return { tone: 'bad', text: `${answer.text}${rest}` };
  const refused = actions.map((action) => action.refused ?? null).find((text) => text !== null);
  if (!refused) return answer;
  // The email went to the address that Customer.io had before, or to nobody.
  return { tone: answer.tone === 'bad' ? 'bad' : 'warning', text: `${answer.text} But ${refused}` };
}

/** The planner had nothing to send: no rule, no contact, no address, or the rule leaves such clients out. */
function nothingSent(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { title, reason, clientState } = input.about;
  const why = sentence(reason ?? 'no reason is stored');
  const isClient = clientState !== null && clientState !== 'mailable';
  const unmailable =
    input.client && !isMailable(input.client.mailability) && !isClient ? ` ${state(input)}` : '';
  return {
    tone: isClient || unmailable !== '' ? 'warning' : 'nothing',
    text: `${notGot(input)}: ${lowerNo(why)} ${sentence(title)}${unmailable}`,
  };
}

/** The deal has nobody to address yet. A contact without an email is for a person to correct. */
function waitsForContact(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { title, reason, clientState } = input.about;
  const why = sentence(reason ?? 'the event waits for a contact with an email');
  return {
    tone: clientState === null ? 'waiting' : 'warning',
    text: `${name(input)} has got no email yet: ${lowerNo(why)} ${sentence(title)}`,
  };
}

/** A burst of moves waits for a decision. */
function held(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { title, reason } = input.about;
  const why = sentence(reason ?? 'the event is held until somebody decides');
  return { tone: 'bad', text: `${name(input)} has got no email yet: ${lowerFirst(why)} ${sentence(title)}` };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function notSentYet(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { about, actions, client, lane } = input;
  const unmailable = client && !isMailable(client.mailability) ? ` ${state(input)}` : '';
  const text = `${name(input)} has got no email yet: ${waitingText(about, actions, lane)} ${sentence(about.title)}`;
  return { tone: unmailable === '' ? 'waiting' : 'warning', text: `${text}${unmailable}` };
}

/** Customer.io has the event, and the client gets no email: none at all, or none since one arrived. */
function withoutEmail(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const arrived = input.emails.find(hasArrived);
  if (arrived)
    return {
      tone: 'warning',
      text: `${emailText(arrived, name(input), ago(input))} ${state(input, 'no more')}`,
    };
  const { mailability } = input.client!;
  const reason = describeMailability(mailability, when(mailability.since, input));
  const so = CONSEQUENCES[mailability.state] ?? 'so Customer.io sends nothing';
  return { tone: 'warning', text: `${notGot(input)}: ${reason}, ${so}. ${accepted(input)}` };
}

const CONSEQUENCES: Partial<Record<MailState, string>> = {
  bounced: 'so no email reaches it',
  no_address: 'so there is nowhere to send it',
};

/** Customer.io has the event, and nothing speaks against sending: its reports say what became of the email. */
function afterEvent(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { emails, hasCampaign, about, now } = input;
  const [newest] = emails;
  const arrived = emails.find(hasArrived);
  if (arrived) return { tone: 'good', text: emailText(arrived, name(input), ago(input)) };
  if (newest?.failure)
    return { tone: 'bad', text: failureText(newest, newest.failure, name(input), ago(input)) };
  if (newest) return { tone: 'waiting', text: emailText(newest, name(input), ago(input)) };
  if (hasCampaign === false)
    return {
      tone: 'warning',
      text: `${notGot(input)}: no running campaign in Customer.io starts with the event ${eventName(input)}. ${accepted(input)}`,
    };
  const isEarly = now - about.at / 1000 < REPORT_EXPECTED;
  const since = `${accepted(input)} Customer.io has reported no email to ${name(input)} since.`;
  return isEarly
    ? { tone: 'waiting', text: since }
    : {
        tone: 'nothing',
        text: `${since} The campaign may wait, leave the client out, or be stopped: see it there.`,
      };
}

/** No deal has entered a stage: what is known of the client, and the event that is. */
function otherAnswer(input: AnswerInput & { about: AnswerEvent }): ClientAnswer {
  const { about, client } = input;
  if (about.kind === 'deal_deleted')
    return { tone: 'nothing', text: `${about.title}, so nothing more is sent for it.` };
  const reason = about.outcome === 'parked' && about.reason ? ` ${sentence(about.reason)}` : '';
  if (client && !isMailable(client.mailability))
    return { tone: 'warning', text: `${state(input)} ${sentence(about.title)}${reason}` };
  return {
    tone: about.outcome === 'parked' || about.outcome === 'open' ? 'waiting' : 'nothing',
    text: `${sentence(about.title)}${reason} No deal of ${client ? name(input) : 'this client'} has entered a stage yet, so Stagepost has started no campaign.`,
  };
}

const name = ({ client, contactName }: AnswerInput) => client?.name ?? contactName ?? 'The client';
const notGot = (input: AnswerInput) => `${name(input)} did not get an email`;
const eventName = ({ actions }: AnswerInput) => actions.find(({ kind }) => kind === 'track')?.event ?? null;

/** "Cleo gets no email: unsubscribed 38 min ago." */
function state(input: AnswerInput, no = 'no'): string {
  const { mailability } = input.client!;
  return `${name(input)} gets ${no} email: ${describeMailability(mailability, when(mailability.since, input))}.`;
}

function accepted(input: AnswerInput & { about: AnswerEvent }): string {
  const event = eventName(input);
  return `The event${event === null ? '' : ` ${event}`} was accepted ${when(Math.floor(input.about.at / 1000), input)}.`;
}

/** "38 min ago", or "on 12 Nov" where it was not within a day. */
export function when(
  at: UnixSeconds | null,
  { now, timezone }: Pick<AnswerInput, 'now' | 'timezone'>,
): string {
  if (at === null) return '';
  const seconds = Math.max(0, now - at);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return onDay(at, now, timezone);
}

const ago = (input: AnswerInput) => (at: UnixSeconds) => when(at, input);

/** "No rule for …" after a colon: "no rule for …". Names keep their capital. */
function lowerNo(text: string): string {
  return text.replace(/^(No|The|This) /, (word) => word.toLowerCase());
}

function timersText(running: string[]): string {
  if (running.length === 0) return '';
  return running.length === 1
    ? ` The inactivity timer of ${running[0]} is running.`
    : ` The inactivity timers of ${running.join(', ')} are running.`;
}
