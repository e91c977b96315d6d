import type { Selectable } from 'kysely';
import type { Pipeline } from '../../../domain/entities.ts';
import type { Db } from '../../../store/database/database.ts';
import type { PersonRow, WatchRow } from '../../../store/database/schema.ts';
import { eventPage, listEvents, type QueryStrategy, START } from '../../../store/events/activity.ts';
import { actionsOfEvent, fieldHistory } from '../../../store/events/event-trace.ts';
import { subjects, watchesOf } from '../../../store/events/trace.ts';
import { rowOf } from '../activity/rows.ts';
import type { ActivityRow } from '../contract.ts';
import { newestRelevant } from './answer.ts';

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
  /** The actions of the newest event that says something. */
  lastActions: StoredAction[];
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
  const timeline = (await listEvents(db, ids)).map((event) => rowOf(event, pipelines));
  const identifiers = persons.map(({ person }) => person);
  const newest = newestRelevant(timeline);
  return {
    deals,
    persons,
    watches: await watchesOf(db, connection, deals, identifiers),
    fieldHistory: await fieldHistory(db, connection, deals, MAX_FIELD_HISTORY),
    timeline,
    more,
    lastActions: newest === null ? [] : await actionsOfEvent(db, newest.id),
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
