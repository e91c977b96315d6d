import { en, type Sentences } from '../../languages/en.ts';
import { isMailable } from '../consent/mail-state.ts';
import { describeMailability, onDay } from '../describe-mailability.ts';
import type { UnixSeconds } from '../entities.ts';
import { emailText, failureText, type Telling } from './email-text.ts';
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

/** What an answer is made from. */
type Input = AnswerInput & { about: AnswerEvent; words: Sentences };

/** Answers "why did this client get no email?", or says which one they got, in a few sentences. Pure. */
export function clientAnswer(
  facts: AnswerInput & { about: AnswerEvent },
  words: Sentences = en,
): ClientAnswer {
  const { about, running } = facts;
  const input = { ...facts, words };
  const answer = isSending(about) ? sendingAnswer(input) : otherAnswer(input);
  const timers = running.length === 0 ? '' : ` ${words.answer.timers(running)}`;
  return { ...answer, text: `${answer.text}${timers}` };
}

function isSending({ kind }: Pick<AnswerEvent, 'kind'>): boolean {
  return kind === 'deal_moved' || kind === 'inactivity';
}

function sendingAnswer(input: Input): ClientAnswer {
  const { about, actions, client, words } = input;
  const track = actions.find(({ kind }) => kind === 'track');
  if (about.outcome === 'nothing' || about.outcome === 'parked') return nothingSent(input);
  if (about.outcome === 'waiting') return waitsForContact(input);
  if (about.outcome === 'held') return held(input);
  if (track?.state === 'dead' || track?.state === 'dropped')
    return {
      tone: 'bad',
      text: `${notGot(input)}: ${failedActionText(actions, words.answer)} ${sentence(about.title)}`,
    };
  const isSent = track ? track.state === 'done' : about.outcome === 'done' || about.outcome === 'failed';
  const rest =
    about.outcome === 'failed' ? ` ${words.answer.but(failedActionText(actions, words.answer))}` : '';
  if (!isSent) return notSentYet(input);
  const answer = client && !isMailable(client.mailability) ? withoutEmail(input) : afterEvent(input);
  if (rest !== '') return { tone: 'bad', text: `${answer.text}${rest}` };
  const refused = actions.map((action) => action.refused ?? null).find((text) => text !== null);
  if (!refused) return answer;
  // The email went to the address that Customer.io had before, or to nobody.
  return {
    tone: answer.tone === 'bad' ? 'bad' : 'warning',
    text: `${answer.text} ${words.answer.but(refused)}`,
  };
}

/** The planner had nothing to send: no rule, no contact, no address, or the rule leaves such clients out. */
function nothingSent(input: Input): ClientAnswer {
  const { title, reason, clientState } = input.about;
  const words = input.words.answer;
  const why = sentence(reason ?? words.noReason);
  const isClient = clientState !== null && clientState !== 'mailable';
  const unmailable =
    input.client && !isMailable(input.client.mailability) && !isClient ? ` ${state(input)}` : '';
  return {
    tone: isClient || unmailable !== '' ? 'warning' : 'nothing',
    text: `${notGot(input)}: ${words.afterColon(why)} ${sentence(title)}${unmailable}`,
  };
}

/** The deal has nobody to address yet. A contact without an email is for a person to correct. */
function waitsForContact(input: Input): ClientAnswer {
  const { title, reason, clientState } = input.about;
  const words = input.words.answer;
  const why = sentence(reason ?? words.waitsForContact);
  return {
    tone: clientState === null ? 'waiting' : 'warning',
    text: `${words.notGotYet(name(input))}: ${words.afterColon(why)} ${sentence(title)}`,
  };
}

/** A burst of moves waits for a decision. */
function held(input: Input): ClientAnswer {
  const { title, reason } = input.about;
  const words = input.words.answer;
  const why = lowerFirst(sentence(reason ?? words.held));
  return { tone: 'bad', text: `${words.notGotYet(name(input))}: ${why} ${sentence(title)}` };
}

function notSentYet(input: Input): ClientAnswer {
  const { about, actions, client, lane } = input;
  const words = input.words.answer;
  const unmailable = client && !isMailable(client.mailability) ? ` ${state(input)}` : '';
  const waiting = waitingText(about, actions, lane, words);
  const text = `${words.notGotYet(name(input))}: ${waiting} ${sentence(about.title)}`;
  return { tone: unmailable === '' ? 'waiting' : 'warning', text: `${text}${unmailable}` };
}

/** Customer.io has the event, and the client gets no email: none at all, or none since one arrived. */
function withoutEmail(input: Input): ClientAnswer {
  const arrived = input.emails.find(hasArrived);
  if (arrived)
    return {
      tone: 'warning',
      text: `${emailText(arrived, telling(input))} ${state(input, 'getsNoMore')}`,
    };
  const { mailability } = input.client!;
  const so = consequenceOf(mailability.state, input.words.answer);
  return { tone: 'warning', text: `${notGot(input)}: ${reason(input)}, ${so}. ${accepted(input)}` };
}

function consequenceOf(state: string, words: Sentences['answer']): string {
  if (state === 'bounced') return words.noneReachesIt;
  return state === 'no_address' ? words.nowhereToSend : words.nothingSent;
}

/** Customer.io has the event, and nothing speaks against sending: its reports say what became of the email. */
function afterEvent(input: Input): ClientAnswer {
  const { emails, hasCampaign, about, now } = input;
  const words = input.words.answer;
  const [newest] = emails;
  const arrived = emails.find(hasArrived);
  if (arrived) return { tone: 'good', text: emailText(arrived, telling(input)) };
  if (newest?.failure) return { tone: 'bad', text: failureText(newest, newest.failure, telling(input)) };
  if (newest) return { tone: 'waiting', text: emailText(newest, telling(input)) };
  if (hasCampaign === false)
    return {
      tone: 'warning',
      text: `${notGot(input)}: ${words.noCampaign(eventName(input))} ${accepted(input)}`,
    };
  const isEarly = now - about.at / 1000 < REPORT_EXPECTED;
  const since = `${accepted(input)} ${words.noneReported(name(input))}`;
  return isEarly
    ? { tone: 'waiting', text: since }
    : { tone: 'nothing', text: `${since} ${words.campaignMayWait}` };
}

/** No deal has entered a stage: what is known of the client, and the event that is. */
function otherAnswer(input: Input): ClientAnswer {
  const { about, client } = input;
  const words = input.words.answer;
  if (about.kind === 'deal_deleted') return { tone: 'nothing', text: words.nothingMoreSent(about.title) };
  const parked = about.outcome === 'parked' && about.reason ? ` ${sentence(about.reason)}` : '';
  if (client && !isMailable(client.mailability))
    return { tone: 'warning', text: `${state(input)} ${sentence(about.title)}${parked}` };
  return {
    tone: about.outcome === 'parked' || about.outcome === 'open' ? 'waiting' : 'nothing',
    text: `${sentence(about.title)}${parked} ${words.noStageYet(client ? name(input) : words.thisClient)}`,
  };
}

const name = ({ client, contactName, words }: Input) => client?.name ?? contactName ?? words.answer.theClient;
const notGot = (input: Input) => input.words.answer.notGot(name(input));
const eventName = ({ actions }: Input) => actions.find(({ kind }) => kind === 'track')?.event ?? null;

/** "Cleo gets no email: unsubscribed 38 min ago." */
function state(input: Input, what: 'getsNone' | 'getsNoMore' = 'getsNone'): string {
  return input.words.answer[what](name(input), reason(input));
}

/** "unsubscribed 38 min ago" */
function reason(input: Input): string {
  const { mailability } = input.client!;
  return describeMailability(mailability, when(mailability.since, input), input.words.mailability);
}

function accepted(input: Input): string {
  const at = Math.floor(input.about.at / 1000);
  return input.words.answer.accepted(eventName(input), when(at, input));
}

function telling(input: Input): Telling {
  return { name: name(input), ago: (at) => when(at, input), words: input.words.email };
}

/** "38 min ago", or "on 12 Nov" where it was not within a day. */
export function when(
  at: UnixSeconds | null,
  { now, timezone, words = en }: Pick<AnswerInput, 'now' | 'timezone'> & { words?: Sentences },
): string {
  if (at === null) return '';
  const { times } = words;
  const seconds = Math.max(0, now - at);
  if (seconds < 10) return times.justNow;
  if (seconds < 60) return times.secondsAgo(Math.floor(seconds));
  if (seconds < 3600) return times.minutesAgo(Math.floor(seconds / 60));
  if (seconds < 86_400) return times.hoursAgo(Math.floor(seconds / 3600));
  return onDay(at, now, timezone, times);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
