import { describeAction } from '../../domain/actions.ts';
import { answerSubject, clientAnswer } from '../../domain/answer/client-answer.ts';
import { emailMessages } from '../../domain/answer/messages.ts';
import { clientName, mailabilityOf } from '../../domain/answer/stored-client.ts';
import type { AnswerAction, AnswerEvent } from '../../domain/answer/types.ts';
import { describeEvent } from '../../domain/describe-event.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import { outcomeOf } from '../../domain/event-outcome.ts';
import type { Trace, TracedEvent } from '../../store/events/trace.ts';

/**
 * "Why did this client get no email?", in a few sentences; null where nothing is stored. The state of the lanes and the
 * campaigns of Customer.io are not known here: the console's page of the client has them.
 */
export function traceAnswer(trace: Trace, now: UnixSeconds): string | null {
  // A Stagepost of an earlier version that still runs sends neither.
  const { mailFacts = {}, timezone = 'UTC' } = trace as Partial<Trace>;
  const { events, persons, watches, pipelines } = trace;
  const timeline = events.toReversed().map((traced) => ({ ...answerEvent(traced, pipelines), traced }));
  const about = answerSubject(timeline);
  if (!about) return null;
  const { event } = about.traced;
  const person = persons.find((row) => row.person === event.person) ?? persons[0];
  const facts = new Map(Object.entries(mailFacts));
  const reports = events
    .map((each) => each.event.payload)
    .filter((payload) => payload.kind === 'mail_report');
  return clientAnswer({
    about,
    actions: about.traced.actions.map(answerAction),
    client: person ? { name: clientName(person), mailability: mailabilityOf(person, facts, now) } : null,
    emails: emailMessages(reports.filter(({ occurredAt }) => occurredAt >= event.occurred_at)),
    hasCampaign: null,
    lane: null,
    running: watches.filter(({ state }) => state === 'running').map(({ start }) => start),
    now,
    timezone,
  }).text;
}

function answerEvent({ event, actions }: TracedEvent, pipelines: Trace['pipelines']): AnswerEvent {
  const count = (...states: string[]) => actions.filter(({ state }) => states.includes(state)).length;
  const counts = { done: count('done'), open: count('waiting', 'ready', 'sending'), failed: count('dead') };
  return {
    id: event.id,
    kind: event.kind,
    title: describeEvent(event.payload, event.kind, pipelines),
    outcome: outcomeOf({ state: event.state, ...counts }),
    reason: event.reason,
    rule: event.rule,
    clientState: event.client_state ?? null,
    occurredAt: event.occurred_at * 1000,
    at: event.created_at,
    actions: counts,
  };
}

function answerAction({ payload, kind, state, error }: TracedEvent['actions'][number]): AnswerAction {
  const event = payload?.kind === 'track' ? payload.name : null;
  return { kind, title: describeAction(payload, kind), state, error, todo: null, event };
}
