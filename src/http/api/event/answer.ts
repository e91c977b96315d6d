import { clientAnswer } from '../../../domain/answer/client-answer.ts';
import { emailMessages } from '../../../domain/answer/messages.ts';
import { clientName, mailabilityOf } from '../../../domain/answer/stored-client.ts';
import type { AnswerAction } from '../../../domain/answer/types.ts';
import type { Db } from '../../../store/database/database.ts';
import { nextSendingEvent, reportsSinceTime } from '../../../store/events/email-reports.ts';
import { mailFactsOf } from '../../../store/events/mail-facts.ts';
import { personsNamed } from '../../../store/people.ts';
import type { ActivityRow } from '../activity/contract.ts';
import { campaignFor, laneTrouble } from '../connection-state.ts';
import type { ConsoleConnection } from '../services.ts';
import type { Answer } from '../subjects/contract.ts';

/**
 * Which email the client got because of this event, or why none; null for events that send none. For an event that others
 * followed, the client's state and emails are those until the next one.
 */
export async function eventAnswer(
  db: Db,
  connection: ConsoleConnection,
  row: ActivityRow,
  actions: AnswerAction[],
  { now, timezone }: { now: number; timezone: string },
): Promise<Answer | null> {
  if (row.kind !== 'deal_moved' && row.kind !== 'inactivity') return null;
  const [person] = row.person === null ? [] : await personsNamed(db, connection.name, [row.person]);
  const names = person ? [person.person, ...(person.email === null ? [] : [person.email])] : [];
  const since = Math.floor(row.occurredAt / 1000);
  const next = row.dealId === null ? null : await nextSendingEvent(db, connection.name, row.dealId, since);
  const until = next ?? now / 1000;
  const reports = await reportsSinceTime(db, connection.name, [...new Set(names)], since);
  const facts = await mailFactsOf(db, connection.name, [...new Set(names)]);
  const answer = clientAnswer({
    about: row,
    actions,
    client: person ? { name: clientName(person), mailability: mailabilityOf(person, facts, until) } : null,
    emails: emailMessages(reports).filter(
      ({ firstAt }) => firstAt >= since && (next === null || firstAt < next),
    ),
    hasCampaign: next === null ? await campaignFor(connection, actions) : null,
    lane: laneTrouble(connection),
    running: [],
    now: now / 1000,
    timezone,
  });
  return { ...answer, event: row.id, at: row.at };
}
