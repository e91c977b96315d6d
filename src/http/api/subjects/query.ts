import type { Selectable } from 'kysely';
import { namesSearched } from '../../../domain/address.ts';
import { answerSubject } from '../../../domain/answer/client-answer.ts';
import type { TiedReport } from '../../../domain/answer/event-emails.ts';
import type { KnownShow } from '../../../domain/consent/crm-edit.ts';
import type { RecordedEntry } from '../../../domain/consent/ledger-entry.ts';
import type { Pipeline, StageRef } from '../../../domain/entities.ts';
import type { DealRecord } from '../../../domain/search/deal-record.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { withSenderNames } from '../../../store/campaigns/sender-names.ts';
import { showsOfDeals } from '../../../store/consent/deal-shows.ts';
import { entriesOfNames } from '../../../store/consent/ledger.ts';
import type { Db } from '../../../store/database/database.ts';
import type { WatchRow } from '../../../store/database/schema.ts';
import { dealRecords } from '../../../store/deals/deals.ts';
import { loadNames } from '../../../store/deals/names.ts';
import { stagesOfDeals } from '../../../store/deals/stages.ts';
import { listEvents } from '../../../store/events/activity.ts';
import { eventPage, type QueryStrategy, START } from '../../../store/events/event-pages.ts';
import { actionsOfEvent, fieldHistory } from '../../../store/events/event-trace.ts';
import { subjects, watchesOf } from '../../../store/events/trace.ts';
import { namesOurEvents } from '../../../store/events/trigger-evidence.ts';
import type { TracedPerson } from '../../../store/people.ts';
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
  /** Those of the deals that were read since names are recorded. */
  records: ReadonlyMap<number, DealRecord>;
  /** The stages in which the deals stand, as far as they are known. */
  stages: ReadonlyMap<number, StageRef>;
  /** What the deals are known to show, by deal and field. */
  shows: ReadonlyMap<number, ReadonlyMap<string, KnownShow>>;
  persons: TracedPerson[];
  /** By id: the oldest first. */
  watches: Selectable<WatchRow>[];
  fieldHistory: Awaited<ReturnType<typeof fieldHistory>>;
  /** Both directions, newest first. */
  timeline: ActivityRow[];
  /** The timeline has older events. */
  more: boolean;
  /** The actions of the event that the answer is about. */
  actions: StoredAction[];
  /** Whether Customer.io names our events in the reports of their campaigns. */
  namesEvents: boolean;
  /** The reports in the timeline whose contents are still stored. */
  reports: TiedReport[];
  /** What is known of the people's consent, and whether email reaches them. */
  consent: RecordedEntry[];
}

/** @param query a deal's id, an email, or a person's identifier */
export async function storedSubject(
  db: Db,
  connection: string,
  pipelines: Pipeline[],
  query: string,
  words: Sentences,
): Promise<StoredSubject> {
  const found = await subjects(db, connection, query);
  const deals = found.deals.sort((a, b) => b - a).slice(0, MAX_DEALS);
  const persons = found.persons.slice(0, MAX_PEOPLE);
  const { ids, more } = await timelineIds(db, connection, query, deals, persons);
  const events = await withSenderNames(db, await listEvents(db, ids));
  const names = await loadNames(db, connection, events);
  const timeline = events.map((event) => rowOf(event, pipelines, names(event), words));
  const keys = persons.map(({ key }) => key);
  const about = answerSubject(timeline);
  const personNames = persons.flatMap((person) => person.names);
  return {
    deals,
    records: await dealRecords(db, connection, deals),
    stages: await stagesOfDeals(db, connection, deals),
    shows: await showsOfDeals(db, connection, deals),
    persons,
    watches: await watchesOf(db, connection, deals, keys),
    fieldHistory: await fieldHistory(db, connection, deals, MAX_FIELD_HISTORY),
    timeline,
    more,
    namesEvents: await namesOurEvents(db, connection),
    actions: about === null ? [] : await actionsOfEvent(db, about.id),
    reports: events.flatMap(({ id, payload: report, caused_by }) =>
      report.kind === 'mail_report' ? [{ id, report, causedBy: caused_by }] : [],
    ),
    consent: await entriesOfNames(db, connection, [...new Set(personNames)]),
  };
}

/** The newest events of these deals and people. */
async function timelineIds(
  db: Db,
  connection: string,
  query: string,
  deals: number[],
  persons: TracedPerson[],
): Promise<{ ids: number[]; more: boolean }> {
  const names = new Set(persons.flatMap((person) => person.names));
  // Reports about a person who is not recorded yet.
  if (query.includes('@')) for (const name of namesSearched(query)) names.add(name);
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
