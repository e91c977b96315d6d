import { en, type Sentences } from '../../languages/en.ts';
import { type ReportSender, senderOf } from '../campaigns/sender.ts';
import type { UnixSeconds } from '../entities.ts';
import type { MailReport } from '../events.ts';
import { recipientsOf } from '../report-recipient.ts';
import { type EmailMessage, emailMessages } from './messages.ts';

/** A report with the event that started the campaign of its email, where that is certain. */
export interface TiedReport {
  /** The id of the report's event, where a list leaves out reports that an email says. */
  id?: number;
  report: MailReport;
  /** The id of the stage change or timer; null where it is not known. */
  causedBy: number | null;
}

/** An event that has sent an event to Customer.io. */
export interface SendingEvent {
  id: number;
  occurredAt: UnixSeconds;
}

/** What has become of an email, under the event that started its campaign. */
export interface EventEmail {
  /** The id of the stage change or timer. */
  event: number;
  /** Whether Customer.io has named the event. Otherwise it is the last one before the email. */
  isCertain: boolean;
  /** Null where no report has one. */
  subject: string | null;
  recipient: string | null;
  /** What has sent it; null where no report says it. */
  sender: ReportSender | null;
  /** In the order of an email's life: sent, delivered, opened, ... */
  steps: EmailStep[];
  /** The ids of its reports, as far as they were given. */
  reports: number[];
}

export interface EmailStep {
  /** `opened twice (once by a machine)` */
  text: string;
  /** When it was first reported. */
  at: UnixSeconds;
  tone: 'good' | 'neutral' | 'bad';
}

/**
 * The emails of each event, the first email first. An email whose reports name no event of Stagepost belongs to the last event
 * before it, unless it is no email of a campaign that an event starts.
 * @param namesEvents whether Customer.io names Stagepost's events in this workspace: then a campaign that another event has
 * started is not one of ours
 */
export function eventEmails(
  events: readonly SendingEvent[],
  reports: readonly TiedReport[],
  namesEvents = false,
  words: StepWords = en.steps,
): EventEmail[] {
  return messagesIn(reports)
    .map((message) => emailOf(message, events, namesEvents, words))
    .filter((email) => email !== null)
    .sort((a, b) => a.steps[0]!.at - b.steps[0]!.at);
}

/** Which reports may be about the emails of an event. */
export interface TieOptions {
  /** The next event that sends an email to the client; null where there is none. */
  next?: UnixSeconds | null;
  /** As for `eventEmails`. */
  namesEvents?: boolean;
}

/**
 * The messages of an event, the newest first: those whose reports name it, or where none does, those that were first reported
 * between it and the next event.
 * @param own the client's addresses
 */
export function messagesOfEvent(
  { id, occurredAt }: SendingEvent,
  reports: readonly TiedReport[],
  own: readonly string[],
  { next = null, namesEvents = false }: TieOptions = {},
): EmailMessage[] {
  const certain = reports.filter(({ causedBy }) => causedBy === id);
  if (certain.length > 0) return messagesOfReports(certain, own);
  const probable = reports.filter(
    ({ report, causedBy }) =>
      causedBy === null && report.occurredAt >= occurredAt && mayBeOfEvent(report, namesEvents),
  );
  return messagesOfReports(probable, own).filter(({ firstAt }) => next === null || firstAt < next);
}

function messagesOfReports(reports: TiedReport[], own: readonly string[]): EmailMessage[] {
  return emailMessages(
    reports.map(({ report }) => report),
    own,
  );
}

/**
 * Whether an email can be that of an event although its reports do not name the event. Newsletters, broadcasts and
 * transactional messages have ids of their own (Customer.io docs), and no event starts them.
 */
export function mayBeOfEvent({ values }: MailReport, namesEvents: boolean): boolean {
  const isOfOther = OTHER_SENDERS.some((name) => values[name] !== undefined);
  return !isOfOther && !(namesEvents && typeof values.trigger_event_id === 'string');
}

const OTHER_SENDERS = ['newsletter_id', 'broadcast_id', 'transactional_message_id'];

/** The reports of emails by message, each list in the order in which they happened. */
function messagesIn(reports: readonly TiedReport[]): TiedReport[][] {
  const messages = new Map<string, TiedReport[]>();
  for (const tied of reports) {
    const { name, deliveryId, values } = tied.report;
    if (!name.startsWith('email_') || deliveryId === null || values.about === 'person') continue;
    messages.set(deliveryId, [...(messages.get(deliveryId) ?? []), tied]);
  }
  return [...messages.values()].map((list) =>
    list.toSorted((a, b) => a.report.occurredAt - b.report.occurredAt),
  );
}

function emailOf(
  message: TiedReport[],
  events: readonly SendingEvent[],
  namesEvents: boolean,
  words: StepWords,
): EventEmail | null {
  const reports = message.map(({ report }) => report);
  const causedBy = message.find((tied) => tied.causedBy !== null)?.causedBy ?? null;
  const event = causedBy ?? probableEvent(reports, events, namesEvents);
  const steps = messageSteps(reports, 'email', words).map(({ text, at, tone }) => ({ text, at, tone }));
  if (event === null || steps.length === 0) return null;
  return {
    event,
    isCertain: causedBy !== null,
    subject: first(reports, ({ values }) => textOf(values.subject)),
    recipient: first(reports, (report) => recipientsOf(report)[0] ?? null),
    sender: first(reports, senderOf),
    steps,
    reports: message.flatMap(({ id }) => id ?? []),
  };
}

function probableEvent(
  reports: MailReport[],
  events: readonly SendingEvent[],
  namesEvents: boolean,
): number | null {
  const [{ occurredAt } = { occurredAt: 0 }] = reports;
  if (!reports.every((report) => mayBeOfEvent(report, namesEvents))) return null;
  const before = events.filter((event) => event.occurredAt <= occurredAt);
  return before.sort((a, b) => b.occurredAt - a.occurredAt || b.id - a.id)[0]?.id ?? null;
}

/** A step with what it is called in short, for where there is no room for more. */
export interface MessageStep extends EmailStep {
  metric: Metric;
  /** `opened`, `not sent` */
  short: string;
}

type StepWords = Sentences['steps'];
/** The metrics that are steps. */
type Metric = Exclude<keyof StepWords, 'addressSuppressed' | 'times' | 'byMachine' | 'byMachines'>;

/** How far a message came. @param reports of one message, in the order in which they happened */
export function messageSteps(
  reports: readonly MailReport[],
  channel = 'email',
  words: StepWords = en.steps,
): MessageStep[] {
  const step = (metric: Metric, tone: EmailStep['tone'] = 'good'): MessageStep[] => {
    const found = reports.find(({ name }) => name === `${channel}_${metric}`);
    return found ? [{ metric, text: words[metric], short: words[metric], at: found.occurredAt, tone }] : [];
  };
  const failure = (metric: Metric, text = words[metric]) => {
    const message = first(reports, ({ name, values }) =>
      name === `${channel}_${metric}` ? textOf(values.failure_message) : null,
    );
    const whole = message === null ? text : `${text} (${message})`;
    return step(metric, 'bad').map((found) => ({ ...found, text: whole }));
  };
  return [
    ...step('sent'),
    ...step('delivered'),
    ...counted(reports, channel, 'opened', words),
    ...counted(reports, channel, 'clicked', words),
    ...step('replied'),
    ...step('converted'),
    ...step('unsubscribed', 'bad'),
    ...step('spammed', 'bad'),
    ...failure('bounced'),
    ...failure('dropped', words.addressSuppressed),
    ...failure('failed'),
    ...failure('undeliverable'),
  ];
}

/** `opened twice (once by a machine)`. */
function counted(
  reports: readonly MailReport[],
  channel: string,
  metric: 'opened' | 'clicked',
  words: StepWords,
): MessageStep[] {
  const all = reports.filter(({ name }) => name === `${channel}_${metric}`);
  const [earliest] = all;
  if (!earliest) return [];
  const machines = all.filter(({ machine }) => machine).length;
  const often = all.length === 1 ? words[metric] : `${words[metric]} ${words.times(all.length)}`;
  const isOnlyMachines = machines === all.length;
  const by = machines === 1 ? words.byMachine : words.byMachines;
  const some = machines === 0 ? '' : ` (${words.times(machines)} ${words.byMachine})`;
  return [
    {
      metric,
      text: isOnlyMachines ? `${often} ${by}` : `${often}${some}`,
      short: isOnlyMachines ? `${words[metric]} ${by}` : words[metric],
      at: earliest.occurredAt,
      tone: isOnlyMachines ? 'neutral' : 'good',
    },
  ];
}

function first<T>(reports: readonly MailReport[], value: (report: MailReport) => T | null): T | null {
  for (const report of reports) {
    const found = value(report);
    if (found !== null) return found;
  }
  return null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
