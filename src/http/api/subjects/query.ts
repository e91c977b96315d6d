import type { Selectable } from 'kysely';
import { answerSubject } from '../../../domain/answer/client-answer.ts';
import type { Pipeline } from '../../../domain/entities.ts';
import type { MailReport } from '../../../domain/events.ts';
import type { MailFact } from '../../../domain/mailability.ts';
import type { Db } from '../../../store/database/database.ts';
import type { PersonRow, WatchRow } from '../../../store/database/schema.ts';
import { eventPage, listEvents, type QueryStrategy, START } from '../../../store/events/activity.ts';
import { actionsOfEvent, fieldHistory } from '../../../store/events/event-trace.ts';
import { mailFactsOf } from '../../../store/events/mail-facts.ts';
import { subjects, watchesOf } from '../../../store/events/trace.ts';
import { rowOf } from '../activity/rows.ts';
import type { ActivityRow } from '../contract.ts';

const MAX_TIMELINE = 100;
const MAX_FIELD_HISTORY = 50;
/** The newest deals of a person with very many. */
const MAX_DEALS = 50;
const MAX_PEOPLE = 20;

type StoredAction = Awaited<ReturnType<typeof actionsOfEvent>>[number];

/** What the database has about a deal or a person in one connection. */
export interface StoredSubject {
  /** Newest first. */
  deals: number[];
  persons: Selectable<PersonRow>[];
  /** By id: the oldest first. */
  watches: Selectable<WatchRow>[];
  fieldHistory: Awaited<ReturnType<typeof fieldHistory>>;
  /** Both directions, newest first. */
  timeline: ActivityRow[];
  /** The timeline has older events. */
  more: boolean;
  /** The actions of the event that the answer is about. */
  actions: StoredAction[];
  /** The reports in the timeline whose contents are still stored. */
  reports: MailReport[];
  /** What says whether the people can get email, by identifier and by email. */
  mailFacts: Map<string, MailFact[]>;
}

/** @param query a deal's id, an email, or a person's identifier */
export async function storedSubject(
  db: Db,
  connection: string,
  pipelines: Pipeline[],
  query: string,
): Promise<StoredSubject> {
  const found = await subjects(db, connection, query);
  const deals = found.deals.sort((a, b) => b - a).slice(0, MAX_DEALS);
  const persons = found.persons.slice(0, MAX_PEOPLE);
  const { ids, more } = await timelineIds(db, connection, query, deals, persons);
  const events = await listEvents(db, ids);
  const timeline = events.map((event) => rowOf(event, pipelines));
  const identifiers = persons.map(({ person }) => person);
  const about = answerSubject(timeline);
  const names = [...identifiers, ...persons.flatMap(({ email }) => (email === null ? [] : [email]))];
  return {
    deals,
    persons,
    watches: await watchesOf(db, connection, deals, identifiers),
    fieldHistory: await fieldHistory(db, connection, deals, MAX_FIELD_HISTORY),
    timeline,
    more,
    actions: about === null ? [] : await actionsOfEvent(db, about.id),
    reports: events.map(({ payload }) => payload).filter((payload) => payload.kind === 'mail_report'),
    mailFacts: await mailFactsOf(db, connection, [...new Set(names)]),
  };
}

/** The newest events of these deals and people. */
async function timelineIds(
  db: Db,
  connection: string,
  query: string,
  deals: number[],
  persons: Selectable<PersonRow>[],
): Promise<{ ids: number[]; more: boolean }> {
  const names = new Set(
    persons.flatMap(({ person, email }) => (email === null ? [person] : [person, email])),
  );
  // Reports about a person who is not recorded yet.
  if (query.includes('@')) names.add(query.toLowerCase());
  const strategies: QueryStrategy[] = [
    { by: 'person', persons: [...names] },
    ...deals.map((deal) => ({ by: 'deal', deal }) as const),
  ];
  const ids = new Set<number>();
  for (const strategy of strategies) {
    const page = await eventPage(db, [connection], strategy, START, MAX_TIMELINE + 1);
    for (const { id } of page) ids.add(id);
  }
  return { ids: [...ids].sort((a, b) => b - a).slice(0, MAX_TIMELINE), more: ids.size > MAX_TIMELINE };
}
