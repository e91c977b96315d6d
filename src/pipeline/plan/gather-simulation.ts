import { createLedger } from '../../domain/consent/ledger.ts';
import type { RecordedEntry } from '../../domain/consent/ledger-entry.ts';
import { putPerson } from '../../domain/people/people.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { findPeopleOfBatch, readDealsOfBatch } from '../gather/gather-batch.ts';
import type { gatherDeals } from '../gather/gather-deals.ts';
import { loadConsentOfPeople } from '../gather/load-consent.ts';
import { loadSentEvents } from '../gather/load-sent-events.ts';
import { nameSenders } from '../gather/name-senders.ts';
import { newPersonKey } from '../gather/person-key.ts';
import { loadPlanningState, type PlanningState } from '../gather/planning-state.ts';
import { withExampleLinks } from '../gather/read-preference-links.ts';
import { readPreferences } from '../gather/read-preferences.ts';
import type { SimulationInput } from './simulate.ts';
import { arrivalsOf } from './unknown-people.ts';

export interface SimulateOptions {
  db: Db;
  connection: Connection;
  /** Events of the connection; they need not be stored. */
  events: StoredEvent[];
  /** The sets of rules to plan with. All get the same deals and people. */
  rules: Rules[];
  now: Millis;
  /** Whether people whom Stagepost has no record of may be looked up, with up to two calls each. */
  lookupAllowed: boolean;
  priority: NonNullable<CallOptions['priority']>;
  signal: AbortSignal;
  /** Default: reads what these rules need. */
  gather?: typeof gatherDeals;
}

/**
 * Reads what the decisions about these events depend on, for each set of rules. Deals and people are as they are now.
 * Records that the events themselves created (a field that was set, the first report of a message) are left out.
 * @throws DeliveryError where a side cannot be read, or the signal's reason.
 */
export async function gatherSimulation(options: SimulateOptions): Promise<SimulationInput> {
  const { db, now, lookupAllowed } = options;
  const connection = readOnly(options);
  const inOrder = options.events.toSorted((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  const preferences = await readPreferences(connection.app?.bulk ?? null, inOrder);
  const named = await nameSenders(db, options.rules, preferences.events);
  const events = withExampleLinks(named, options.rules);
  const payloads = events.map(({ payload }) => payload);
  const variants = await Promise.all(
    options.rules.map(async (rules) => ({
      ...{ rules, people: new Map() },
      state: await stateBefore(db, connection.name, events, rules),
    })),
  );
  const lookups = {
    ...{ db, connection, now, directory: null },
    arrivedAt: arrivalsOf(events, now),
    lookupAllowed: () => lookupAllowed,
  };
  const reading = options.gather ? { gather: options.gather } : {};
  const gathering = { db, connection, now, newKey: newPersonKey, variants, payloads, lookups, ...reading };
  const people = await findPeopleOfBatch(gathering);
  const { deals, dealIds, again } = await readDealsOfBatch(gathering, payloads, people);
  for (const { rules, state } of variants) {
    await loadConsentOfPeople(db, connection.name, state.people, dealIds, rules, state.consent);
    leaveOutLater(state.consent, events);
    await loadSentEvents(db, connection.name, payloads, rules, state, firstStored(events));
  }
  const unanswered = [preferences, people.found, again].flatMap((found) => [
    ...found.deferred,
    ...found.unanswered,
  ]);
  return { events, variants, unanswered: new Set(unanswered), deals, catalog: connection.catalog, now };
}

/**
 * The connection for the simulation: its calls carry the simulation's priority, and a catalog that it refreshes (for an
 * unknown responsible user) is for this simulation only, while the running connection's refresh would store it.
 */
function readOnly({ connection, priority, signal }: SimulateOptions): Connection {
  const kommo = withOptions(connection.kommo, { priority, signal });
  return { ...connection, kommo, refreshCatalog: () => kommo.catalog() };
}

/** The records before the first of these events, as far as they can be reconstructed. */
async function stateBefore(
  db: Db,
  connection: string,
  events: StoredEvent[],
  rules: Rules,
): Promise<PlanningState> {
  const payloads = events.map(({ payload }) => payload);
  const state = await loadPlanningState(db, connection, payloads, rules, firstStored(events));
  const from = Math.min(...payloads.map(({ occurredAt }) => occurredAt));
  for (const person of state.people.byKey.values()) {
    const fields = Object.fromEntries(Object.entries(person.fields).filter(([, { at }]) => at < from));
    putPerson(state.people, { ...person, fields });
  }
  return state;
}

/** The id of the first event that is stored; larger than all ids where none is. */
function firstStored(events: StoredEvent[]): number {
  return Math.min(...events.map(({ id }) => id).filter((id) => id > 0), Number.MAX_SAFE_INTEGER);
}

/** The events shall be planned as if nothing of them, and of what came later, were known. */
function leaveOutLater(consent: PlanningState['consent'], events: StoredEvent[]): void {
  const ids = new Set(events.map(({ id }) => id));
  const from = Math.min(...events.map(({ occurred_at }) => occurred_at));
  const isStored = events.some(({ id }) => id > 0);
  const isEarlier = ({ at, eventId }: RecordedEntry) =>
    (eventId === null || !ids.has(eventId)) && !(isStored && at > from);
  consent.ledger = createLedger([...consent.ledger.byKey.values()].flat().filter(isEarlier));
  if (isStored) consent.shows = new Map();
}
