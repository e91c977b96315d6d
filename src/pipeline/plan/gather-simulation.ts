import type { Rules } from '../../domain/rules/rules.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { findPeople } from '../gather/find-people.ts';
import { gatherDeals } from '../gather/gather-deals.ts';
import {
  loadMailFacts,
  loadPeopleOfDeals,
  loadPlanningState,
  type PlanningState,
} from '../gather/planning-state.ts';
import { reportsRequiringPerson, requiredDeals } from '../gather/requirements.ts';
import type { SimulationInput } from './simulate.ts';

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
}

/**
 * Reads what the decisions about these events depend on, for each set of rules. Deals and people are as they are now.
 * Records that the events themselves created (a field that was set, the first report of a message) are left out.
 * @throws DeliveryError where a side cannot be read, or the signal's reason.
 */
export async function gatherSimulation(options: SimulateOptions): Promise<SimulationInput> {
  const { db, now, lookupAllowed } = options;
  const connection = readOnly(options);
  const events = options.events.toSorted((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  const payloads = events.map(({ payload }) => payload);
  const variants = await Promise.all(
    options.rules.map(async (rules) => ({
      rules,
      state: await stateBefore(db, connection.name, events, rules),
    })),
  );

  const reports = new Map(
    variants.flatMap(({ rules, state }) =>
      reportsRequiringPerson(payloads, rules, state).map((report) => [report.reportId, report] as const),
    ),
  );
  const people = await findPeople(
    db,
    connection,
    [...reports.values()],
    variants[0]!.state,
    now,
    () => lookupAllowed,
  );
  const required = variants.flatMap(({ rules, state }) =>
    requiredDeals(payloads, rules, state, people.found),
  );
  const deals = await gatherDeals(connection, required);
  for (const { rules, state } of variants) {
    await loadPeopleOfDeals(db, connection.name, deals, rules, state);
    await loadMailFacts(db, connection.name, payloads, deals, rules, state);
  }
  return { events, variants, people, deals, catalog: connection.catalog, now };
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
  const storedIds = events.map(({ id }) => id).filter((id) => id > 0);
  const firstId = Math.min(...storedIds, Number.MAX_SAFE_INTEGER);
  const state = await loadPlanningState(db, connection, payloads, rules, firstId);
  const from = Math.min(...payloads.map(({ occurredAt }) => occurredAt));
  for (const person of state.persons.values()) {
    person.fields = Object.fromEntries(Object.entries(person.fields).filter(([, { at }]) => at < from));
  }
  return state;
}
