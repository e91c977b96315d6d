import { sentByTheOther } from '../../store/backfills/sent-stage-events.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import type { DirectoryRequests } from '../directory/directory-reader.ts';
import type { Compute } from '../gather/compute.ts';
import { findPeopleOfBatch, readDealsOfBatch, readEditsOfBatch } from '../gather/gather-batch.ts';
import { gatherDeals } from '../gather/gather-deals.ts';
import { loadConsentOfPeople } from '../gather/load-consent.ts';
import { loadSentEvents } from '../gather/load-sent-events.ts';
import { nameSenders } from '../gather/name-senders.ts';
import { newPersonKey } from '../gather/person-key.ts';
import { loadPlanningState } from '../gather/planning-state.ts';
import { readPreferenceLinks } from '../gather/read-preference-links.ts';
import type { Gathered } from './context.ts';
import { lookupOptions, withoutPostponed } from './unknown-people.ts';

export interface GatherEventsOptions {
  database: Database;
  connection: Connection;
  now: Millis;
  /** Reads contacts for people without a record. Without it such people are searched for one by one. */
  directory?: DirectoryRequests | null;
  /** Default: reads from Kommo. A read-ahead passes its own. */
  gather?: typeof gatherDeals;
  /** Whether a backfill may have prepared events of stages; default: no. */
  hasStageEvents?: boolean;
  /** The key of a new person; `now` in ms. Default: `p_<ULID>`. */
  newKey?: (now: Millis) => string;
}

export interface GatheredEvents {
  /** Those that can be decided; the others are postponed. */
  events: StoredEvent[];
  gathered: Gathered;
}

/**
 * Reads what the decisions about stored events depend on, and compares it with the records.
 * @throws DeliveryError where a side cannot be read
 * @throws GatherFault
 * @throws LeaseLost
 */
export async function gatherEvents(
  options: GatherEventsOptions,
  rows: StoredEvent[],
  { compute, copy }: { compute: Compute; copy?: Compute },
): Promise<GatheredEvents> {
  const { database, connection, now, gather = gatherDeals, newKey = newPersonKey } = options;
  const { rules, catalog, name } = connection;
  const { db } = database;
  const payloads = rows.map(({ payload }) => payload);
  const state = await loadPlanningState(db, name, payloads, rules);
  const variant = { rules, state, people: new Map() };
  const lookups = lookupOptions(
    options,
    rows.filter(({ waiting_since }) => waiting_since === null),
  );
  const batch = {
    db,
    connection,
    now,
    newKey,
    variants: [variant],
    payloads,
    lookups,
    gather,
    compute,
    copy,
  };
  const people = await findPeopleOfBatch(batch);
  const answered = await withoutPostponed(options, rows, people.found);
  const { deals, dealIds, again } = await readDealsOfBatch(batch, payloadsOf(answered), people);
  const found = await withoutPostponed(options, answered, again);
  const links = await readPreferenceLinks(connection, found, variant.people);
  const named = await nameSenders(db, [rules], links.events);
  const events = await withoutPostponed(options, named, links);
  await loadConsentOfPeople(db, name, state.people, dealIds, rules, state.consent);
  await loadSentEvents(db, name, payloadsOf(events), rules, state);
  await readEditsOfBatch(batch, payloadsOf(events), deals);
  const sentAlready = options.hasStageEvents ? await sentByTheOther(db, name, events) : new Set<number>();
  const readAt = Math.floor(now / 1000);
  return { events, gathered: { catalog, state, people: variant.people, deals, readAt, sentAlready } };
}

function payloadsOf(rows: StoredEvent[]) {
  return rows.map(({ payload }) => payload);
}
