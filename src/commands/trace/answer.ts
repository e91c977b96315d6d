import { describeAction } from '../../domain/actions.ts';
import { answerSubject, clientAnswer } from '../../domain/answer/client-answer.ts';
import {
  type EventEmail,
  eventEmails,
  messagesOfEvent,
  type TiedReport,
} from '../../domain/answer/event-emails.ts';
import { clientName, mailabilityOf } from '../../domain/answer/stored-client.ts';
import type { AnswerAction, AnswerEvent } from '../../domain/answer/types.ts';
import { describeEvent } from '../../domain/describe-event.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import { outcomeOf } from '../../domain/event-outcome.ts';
import { refusalIn } from '../../domain/refusal-warning.ts';
import type { Trace, TracedEvent } from '../../store/events/trace.ts';

/**
 * "Why did this client get no email?", in a few sentences; null where nothing is stored. The state of the lanes is not known
 * here: the console's page of the client has it.
 */
export function traceAnswer(trace: Trace, now: UnixSeconds): string | null {
  // A Stagepost of an earlier version that still runs sends neither.
  const { consent = [], timezone = 'UTC', namesEvents = false } = trace as Partial<Trace>;
  const { events, persons, watches, pipelines } = trace;
  const timeline = events.toReversed().map((traced) => ({ ...answerEvent(traced, pipelines), traced }));
  const about = answerSubject(timeline);
  if (!about) return null;
  const { event } = about.traced;
  const person = persons.find((row) => row.person === event.person) ?? persons[0];
  return clientAnswer({
    about,
    actions: about.traced.actions.map(answerAction),
    client: person ? { name: clientName(person), mailability: mailabilityOf(person, consent, now) } : null,
    emails: messagesOfEvent(
      { id: event.id, occurredAt: event.occurred_at },
      tiedReports(trace),
      persons.flatMap(({ names = [] }) => names),
      { namesEvents },
    ),
    hasCampaign: hasCampaign(trace, about.traced, now),
    lane: null,
    running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
    now,
    timezone,
  }).text;
}

/** An older list of campaigns says nothing: one may have been started since. In seconds. */
const CAMPAIGNS_VALID = 30 * 60;

function hasCampaign(trace: Trace, { actions }: TracedEvent, now: UnixSeconds): boolean | null {
  // A Stagepost of an earlier version that still runs does not send them.
  const { campaigns = null } = trace as Partial<Trace>;
  if (campaigns === null || now - campaigns.at / 1000 > CAMPAIGNS_VALID) return null;
  const event = actions.map(answerAction).find(({ event }) => event !== null)?.event;
  return event ? (campaigns.isRunning[event] ?? null) : null;
}

/** The emails of the events in a trace. */
export function traceEmails(trace: Trace): EventEmail[] {
  const sending = trace.events.filter(({ actions }) => actions.some(({ kind }) => kind === 'track'));
  const events = sending.map(({ event }) => ({ id: event.id, occurredAt: event.occurred_at }));
  return eventEmails(events, tiedReports(trace), (trace as Partial<Trace>).namesEvents);
}

function tiedReports({ events }: Trace): TiedReport[] {
  return events.flatMap(({ event: { payload: report, caused_by } }) =>
    // A Stagepost of an earlier version that still runs sends no tie.
    report.kind === 'mail_report' ? [{ report, causedBy: caused_by ?? null }] : [],
  );
}

function answerEvent({ event, names, actions }: TracedEvent, pipelines: Trace['pipelines']): AnswerEvent {
  const count = (...states: string[]) => actions.filter(({ state }) => states.includes(state)).length;
  const counts = { done: count('done'), open: count('waiting', 'ready', 'sending'), failed: count('dead') };
  return {
    id: event.id,
    kind: event.kind,
    title: describeEvent(event.payload, event.kind, pipelines, names),
    outcome: outcomeOf({ state: event.state, ...counts }),
    reason: event.reason,
    rule: event.rule,
    clientState: event.client_state ?? null,
    occurredAt: event.occurred_at * 1000,
    at: event.created_at,
    actions: counts,
  };
}

function answerAction({
  payload,
  kind,
  state,
  error,
  warnings,
}: TracedEvent['actions'][number]): AnswerAction {
  const event = payload?.kind === 'track' ? payload.name : null;
  return {
    kind,
    title: describeAction(payload, kind),
    state,
    error,
    todo: null,
    event,
    refused: refusalIn(warnings ?? []),
  };
}
