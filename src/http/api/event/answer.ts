import { clientAnswer } from '../../../domain/answer/client-answer.ts';
import { eventEmails, messagesOfEvent } from '../../../domain/answer/event-emails.ts';
import { clientName, mailabilityOf } from '../../../domain/answer/stored-client.ts';
import type { AnswerAction } from '../../../domain/answer/types.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { entriesOfNames } from '../../../store/consent/ledger.ts';
import type { Db } from '../../../store/database/database.ts';
import { nextSendingEvent, reportsSinceTime } from '../../../store/events/email-reports.ts';
import { namesOurEvents } from '../../../store/events/trigger-evidence.ts';
import { findTracedPeople } from '../../../store/people.ts';
import type { ActivityRow } from '../activity/contract.ts';
import { campaignFor, laneTrouble } from '../connection-state.ts';
import type { ConsoleConnection } from '../services.ts';
import type { Answer, EventEmail } from '../subjects/contract.ts';
import { shownEmail } from '../subjects/shown-email.ts';

/** What the client got because of an event. */
export interface EventOutcome {
  /** Which email it was, or why there was none; null for events that send none. */
  answer: Answer | null;
  emails: EventEmail[];
}

/**
 * What the client got because of this event. For an event that others followed, the client's state and emails are those until
 * the next one.
 */
export async function eventOutcome(
  db: Db,
  connection: ConsoleConnection,
  row: ActivityRow,
  actions: AnswerAction[],
  { now, timezone, words }: { now: number; timezone: string; words: Sentences },
): Promise<EventOutcome> {
  if (row.kind !== 'deal_moved' && row.kind !== 'inactivity') return { answer: null, emails: [] };
  const [person] =
    row.person === null ? [] : await findTracedPeople(db, connection.name, { names: [row.person] });
  const names = person?.names ?? [];
  const since = Math.floor(row.occurredAt / 1000);
  const next = row.dealId === null ? null : await nextSendingEvent(db, connection.name, row.dealId, since);
  const until = next ?? now / 1000;
  const reports = await reportsSinceTime(db, connection.name, names, since);
  const entries = await entriesOfNames(db, connection.name, names);
  const namesEvents = await namesOurEvents(db, connection.name);
  const facts = {
    about: row,
    actions,
    client: person ? { name: clientName(person), mailability: mailabilityOf(person, entries, until) } : null,
    contactName: row.client,
    emails: messagesOfEvent({ id: row.id, occurredAt: since }, reports, names, {
      next,
      namesEvents,
    }),
    hasCampaign: next === null ? await campaignFor(connection, actions) : null,
    lane: laneTrouble(connection),
    running: [],
    now: now / 1000,
    timezone,
  };
  const answer = clientAnswer(facts, words);
  const later = next === null ? [] : [{ id: LATER, occurredAt: next }];
  const emails = eventEmails(
    [{ id: row.id, occurredAt: since }, ...later],
    reports,
    namesEvents,
    words.steps,
  );
  const own = row.rule === null ? [] : emails.filter(({ event }) => event === row.id);
  return {
    answer: { ...answer, event: row.id, at: row.at },
    emails: own.map((email) => shownEmail(email, words)),
  };
}

/** Stands for the next event of the deal, to which the emails after it belong. */
const LATER = 0;
