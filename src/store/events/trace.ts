import { type Selectable, sql } from 'kysely';
import type { Pipeline } from '../../domain/entities.ts';
import type { MailFact } from '../../domain/mailability.ts';
import { storedPipelines } from '../connections/catalog.ts';
import type { Db } from '../database/database.ts';
import type { AttemptRow, EventRow, PersonRow, WatchRow } from '../database/schema.ts';
import { dealsOfPersons, personsNamed, personsOf } from '../people.ts';
import { mailFactsOf } from './mail-facts.ts';
import { type TracedAction, withAction } from './traced-action.ts';

/** One event with everything that led to it and followed from it. */
export interface TracedEvent {
  event: Selectable<EventRow>;
  /** The requests that reported it. */
  reports: { id: number; source: string; received_at: number; outcome: string | null }[];
  actions: TracedAction[];
  attempts: Selectable<AttemptRow>[];
}

export interface Trace {
  connection: string;
  deals: number[];
  persons: Selectable<PersonRow>[];
  /** Oldest first; the latest `LIMIT`. */
  events: TracedEvent[];
  watches: Selectable<WatchRow>[];
  /** The account's pipelines, for the names of stages. */
  pipelines: Pipeline[];
  /** The account's time zone. */
  timezone: string;
  /** What says whether the persons can get email, by identifier and by email. */
  mailFacts: Record<string, MailFact[]>;
}

const LIMIT = 200;

/** Everything stored about a deal (by its id) or a person (by email or identifier). */
export async function trace(db: Db, connection: string, query: string): Promise<Trace> {
  const { deals, persons } = await subjects(db, connection, query.trim());
  const names = persons.map((row) => row.person);
  const emails = persons.flatMap((row) => (row.email === null ? [] : [row.email]));
  const email = query.includes('@') ? [query.trim().toLowerCase()] : [];
  const { rows: events } = await sql<Selectable<EventRow>>`
    select * from (
      select * from events where connection = ${connection} and deal_id = any(${deals}::bigint[])
      union
      select * from events where connection = ${connection}
        and person = any(${[...new Set([...names, ...emails, ...email])]}::text[])
    ) found order by id desc limit ${LIMIT}
  `.execute(db);
  events.reverse();
  const watches = await watchesOf(db, connection, deals, names);
  const { pipelines, timezone } = await storedPipelines(db, connection);
  const mailFacts = Object.fromEntries(
    await mailFactsOf(db, connection, [...new Set([...names, ...emails])]),
  );
  const details = await withDetails(db, events);
  return { connection, deals, persons, events: details, watches, pipelines, timezone, mailFacts };
}

/** The deals and persons that a query (a deal's id, an email, an identifier) matches, with the persons or deals linked to them. */
export async function subjects(db: Db, connection: string, query: string) {
  const dealId = /^\d{1,15}$/.test(query) ? Number(query) : null;
  const named = await personsNamed(db, connection, [...new Set([query, query.toLowerCase()])]);
  const linked = dealId === null ? [] : await personsOf(db, connection, [], [dealId]);
  const persons = [...new Map([...named, ...linked].map((row) => [row.person, row])).values()];
  if (dealId !== null) return { deals: [dealId], persons };
  const names = persons.map((row) => row.person);
  const deals = await dealsOfPersons(db, connection, names);
  return { deals: [...new Set([...deals.values()].flat())], persons };
}

export async function watchesOf(db: Db, connection: string, deals: number[], persons: string[]) {
  const { rows } = await sql<Selectable<WatchRow>>`
    select * from watches where connection = ${connection}
      and (deal_id = any(${deals}::bigint[]) or person = any(${persons}::text[]))
    order by id
  `.execute(db);
  return rows;
}

async function withDetails(db: Db, events: Selectable<EventRow>[]): Promise<TracedEvent[]> {
  if (events.length === 0) return [];
  const ids = events.map((event) => event.id);
  const reports = await db
    .selectFrom('event_reports')
    .innerJoin('inbox', 'inbox.id', 'event_reports.inbox_id')
    .select(['event_reports.event_id', 'inbox.id', 'inbox.source', 'inbox.received_at', 'inbox.outcome'])
    .where('event_reports.event_id', 'in', ids)
    .orderBy('inbox.id')
    .execute();
  const actions = await db
    .selectFrom('actions')
    .selectAll()
    .where('event_id', 'in', ids)
    .orderBy('id')
    .execute();
  const { rows: attempts } = await sql<Selectable<AttemptRow>>`
    select * from attempts where action_ids && ${actions.map((action) => action.id)}::bigint[] order by id
  `.execute(db);
  return events.map((event) => {
    const own = actions.filter((action) => action.event_id === event.id);
    return {
      event,
      reports: reports
        .filter((report) => report.event_id === event.id)
        .map(({ event_id: _, ...report }) => report),
      actions: own.map(withAction),
      attempts: attempts.filter((attempt) => own.some((action) => attempt.action_ids.includes(action.id))),
    };
  });
}
