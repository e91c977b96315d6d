import { type Selectable, sql } from 'kysely';
import { namesSearched } from '../../domain/address.ts';
import type { RecordedEntry } from '../../domain/consent/ledger-entry.ts';
import type { Pipeline } from '../../domain/entities.ts';
import { clientOf } from '../../domain/search/deal-record.ts';
import { searchWords } from '../../domain/search/terms.ts';
import { campaignTimes, isCampaignRunning } from '../campaigns/campaign-lists.ts';
import { withSenderNames } from '../campaigns/sender-names.ts';
import { storedPipelines } from '../connections/catalog.ts';
import { entriesOfNames } from '../consent/ledger.ts';
import type { Db } from '../database/database.ts';
import type { AttemptRow, EventRow, WatchRow } from '../database/schema.ts';
import { type DisplayNames, loadNames } from '../deals/names.ts';
import { searchDeals } from '../deals/search-deals.ts';
import { allRequests } from '../inbox.ts';
import { dealsOfPersons, findTracedPeople, type TracedPerson } from '../people.ts';
import { type TracedAction, withAction } from './traced-action.ts';
import { namesOurEvents } from './trigger-evidence.ts';

/** One event with everything that led to it and followed from it. */
export interface TracedEvent {
  event: Selectable<EventRow>;
  /** The requests that reported it. */
  reports: { id: number; source: string; received_at: number; outcome: string | null }[];
  actions: TracedAction[];
  attempts: Selectable<AttemptRow>[];
  /** The names of the deal and the client; missing where an earlier version that still runs has answered. */
  names?: DisplayNames;
}

export interface Trace {
  connection: string;
  deals: number[];
  persons: Omit<TracedPerson, 'key' | 'links'>[];
  /** Oldest first; the latest `LIMIT`. */
  events: TracedEvent[];
  watches: Selectable<WatchRow>[];
  /** The account's pipelines, for the names of stages. */
  pipelines: Pipeline[];
  /** Whether Customer.io names our events in the reports of their campaigns. */
  namesEvents: boolean;
  /** The account's time zone. */
  timezone: string;
  /** Whether a running campaign starts with each event that was sent, by its name, as the campaigns were at `at` (ms). */
  campaigns: { at: number; isRunning: Record<string, boolean | null> } | null;
  /** What is known of the persons' consent, and whether email reaches them. */
  consent: RecordedEntry[];
  /** Where a name was requested that several deals match: these. Missing where an earlier version that still runs has answered. */
  matches?: { dealId: number; name: string; client: string | null }[];
}

/** The deals that are listed where several match a name. */
const MAX_MATCHES = 10;

/**
 * A deal by a name that only it matches. For a number, an address, and an identifier of a person it is what was requested.
 * @returns several matches where there are
 */
async function resolveName(
  db: Db,
  connection: string,
  query: string,
): Promise<{ query: string; matches: NonNullable<Trace['matches']> }> {
  if (/^\d+$/.test(query) || query.includes('@')) return { query, matches: [] };
  const people = await findTracedPeople(db, connection, { names: namesSearched(query) });
  const found = people.length > 0 ? [] : await searchDeals(db, connection, searchWords(query), MAX_MATCHES);
  const [only] = found;
  if (only && found.length === 1) return { query: String(only.dealId), matches: [] };
  return {
    query,
    matches: found.map((deal) => ({ dealId: deal.dealId, name: deal.name, client: clientOf(deal) })),
  };
}

const LIMIT = 200;

/** Everything stored about a deal (by its id or name) or a person (by any name, ended ones too). */
export async function trace(db: Db, connection: string, requested: string): Promise<Trace> {
  const { query, matches } = await resolveName(db, connection, requested.trim());
  const { deals, persons } = await subjects(db, connection, query);
  const names = [...new Set(persons.flatMap((person) => person.names))];
  const email = query.includes('@') ? namesSearched(query) : [];
  const { rows: events } = await sql<Selectable<EventRow>>`
    select * from (
      select * from events where connection = ${connection} and deal_id = any(${deals}::bigint[])
      union
      select * from events where connection = ${connection}
        and person = any(${[...new Set([...names, ...email])]}::text[])
    ) found order by id desc limit ${LIMIT}
  `.execute(db);
  const named = (await withSenderNames(db, events)).reverse();
  const keys = persons.map(({ key }) => key);
  const watches = await watchesOf(db, connection, deals, keys);
  const { pipelines, timezone } = await storedPipelines(db, connection);
  const consent = await entriesOfNames(db, connection, names);
  const namesEvents = await namesOurEvents(db, connection);
  const details = await withDetails(db, connection, named);
  const campaigns = await campaignsOf(db, connection, details);
  const shown = persons.map(({ key: _, links: __, ...person }) => person);
  return {
    connection,
    deals,
    persons: shown,
    namesEvents,
    events: details,
    watches,
    pipelines,
    timezone,
    campaigns,
    consent,
    matches,
  };
}

/** The latest events only: one of them is what the answer is about. */
const MAX_EVENT_NAMES = 5;

async function campaignsOf(db: Db, connection: string, events: TracedEvent[]): Promise<Trace['campaigns']> {
  const { readAt } = await campaignTimes(db, connection);
  if (readAt === null) return null;
  const sent = events
    .toReversed()
    .flatMap(({ actions }) => actions)
    .flatMap(({ payload }) => (payload?.kind === 'track' ? [payload.name] : []));
  const isRunning: Record<string, boolean | null> = {};
  for (const name of [...new Set(sent)].slice(0, MAX_EVENT_NAMES))
    isRunning[name] = await isCampaignRunning(db, connection, name, readAt);
  return { at: readAt, isRunning };
}

/**
 * The deals and people that a query (a deal's id, or any name of a person) matches, with the people on the deal, or the
 * deals that the people are or were on.
 */
export async function subjects(
  db: Db,
  connection: string,
  query: string,
): Promise<{ deals: number[]; persons: TracedPerson[] }> {
  const dealId = /^\d{1,15}$/.test(query) ? Number(query) : null;
  const names = namesSearched(query);
  const dealIds = dealId === null ? [] : [dealId];
  const found = await findTracedPeople(db, connection, { keys: [], names, dealIds });
  if (dealId !== null) {
    const isOn = ({ links, names: own }: TracedPerson) =>
      own.includes(query) || !links.some((link) => link.dealId === dealId && link.until !== null);
    return { deals: [dealId], persons: found.filter(isOn) };
  }
  const deals = await dealsOfPersons(
    db,
    connection,
    found.map(({ key }) => key),
  );
  return { deals: [...new Set([...deals.values()].flat())], persons: found };
}

/** The watches of these deals and people, each with its person as shown. @param keys of people */
export async function watchesOf(db: Db, connection: string, deals: number[], keys: string[]) {
  const { rows } = await sql<Selectable<WatchRow>>`
    select w.id, w.connection, w.start, w.unless, coalesce(p.identifier, p.email, w.person) as person, w.deal_id,
      w.started_at, w.fires_at, w.state, w.stopped_by, w.ended_at
    from watches w left join persons p on p.connection = w.connection and p.person = w.person
    where w.connection = ${connection} and (w.deal_id = any(${deals}::bigint[]) or w.person = any(${keys}::text[]))
    order by w.id
  `.execute(db);
  return rows;
}

async function withDetails(
  db: Db,
  connection: string,
  events: Selectable<EventRow>[],
): Promise<TracedEvent[]> {
  if (events.length === 0) return [];
  const names = await loadNames(db, connection, events);
  const ids = events.map((event) => event.id);
  const { rows: reports } = await sql<TracedEvent['reports'][number] & { event_id: number }>`
    select r.event_id, i.id, i.source, i.received_at, i.outcome
    from event_reports r join ${allRequests} i on i.id = r.inbox_id
    where r.event_id = any(${ids}::bigint[]) order by i.id
  `.execute(db);
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
      names: names(event),
      reports: reports
        .filter((report) => report.event_id === event.id)
        .map(({ event_id: _, ...report }) => report),
      actions: own.map(withAction),
      attempts: attempts.filter((attempt) => own.some((action) => attempt.action_ids.includes(action.id))),
    };
  });
}
