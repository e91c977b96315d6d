import type { Plan } from '../../domain/plan/plan-types.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { type FoundPeople, findPeople } from '../gather/find-people.ts';
import { gatherDeals } from '../gather/gather-deals.ts';
import { loadPeopleOfDeals, loadPlanningState, type PlanningState } from '../gather/planning-state.ts';
import { reportsRequiringPerson, requiredDeals } from '../gather/requirements.ts';
import type { Gathered } from './context.ts';
import { outboxRows } from './outbox-rows.ts';
import { planEvent } from './plan-event.ts';

export interface SimulateOptions {
  db: Db;
  connection: Connection;
  /** Events of the connection; they need not be stored. */
  events: StoredEvent[];
  /** The sets of rules to decide by; all are given the same deals and people. */
  rules: Rules[];
  now: Millis;
  /** Whether people whom Stagepost has no record of may be looked up, by up to two calls each. */
  lookupAllowed: boolean;
  priority: NonNullable<CallOptions['priority']>;
  signal: AbortSignal;
}

export interface SimulatedEvent {
  event: StoredEvent;
  /** One for each set of rules, in their order. */
  decisions: SimulatedDecision[];
  /** False where a deal or person could not be read (any more): the decisions then mean nothing. */
  isComplete: boolean;
}

/** What an event leads to by one set of rules. */
export interface SimulatedDecision {
  plan: Plan;
  actions: NewAction[];
}

/** A set of rules with the recorded people as its own decisions leave them. */
interface Variant {
  rules: Rules;
  state: PlanningState;
}

/** After this many events other work of the process gets its turn. */
const EVENTS_PER_TURN = 25;

/**
 * Decides about events by each set of rules, and sends and stores nothing. Deals and people are as they are now. The
 * records that an event itself has left behind (a field that it set, its being the first report of its message) are
 * left out. Events that were planned are decided as of that time, the others as of `now`.
 * @throws DeliveryError where a side cannot be read, or the signal's reason.
 */
export async function simulate(options: SimulateOptions): Promise<SimulatedEvent[]> {
  const { db, now, lookupAllowed, signal } = options;
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
  for (const { rules, state } of variants) await loadPeopleOfDeals(db, connection.name, deals, rules, state);

  const gathered = { catalog: connection.catalog, people: people.found, deals };
  const simulated: SimulatedEvent[] = [];
  for (const [index, event] of events.entries()) {
    if (index % EVENTS_PER_TURN === 0) await yieldToEventLoop();
    signal.throwIfAborted();
    const isComplete = variants.every((variant) => isFullyRead(event, variant, people, gathered.deals));
    const readAt = Math.floor((event.planned_at ?? now) / 1000);
    const decisions = variants.map(({ rules, state }) => {
      const plan = planEvent(event, { ...gathered, state, readAt }, rules);
      return { plan, actions: outboxRows(event, plan) };
    });
    simulated.push({ event, decisions, isComplete });
  }
  return simulated;
}

/**
 * The connection with calls of the simulation's priority. A responsible user who is not in the catalog is read with it
 * too, and that catalog is for this simulation only: the running connection's own refresh would store it.
 */
function readOnly({ connection, priority, signal }: SimulateOptions): Connection {
  const kommo = withOptions(connection.kommo, { priority, signal });
  return { ...connection, kommo, refreshCatalog: () => kommo.catalog() };
}

/** Whether the deal and the person that the event's decision depends on were read. */
function isFullyRead(
  event: StoredEvent,
  { rules, state }: Variant,
  { found, deferred, unanswered }: FoundPeople,
  deals: Gathered['deals'],
): boolean {
  const { payload } = event;
  const required = requiredDeals([payload], rules, state, found);
  const isMissing = required.length > 0 && !required.some(({ dealId }) => deals.has(dealId));
  const isNotLookedUp =
    payload.kind === 'mail_report' && (deferred.has(payload.reportId) || unanswered.has(payload.reportId));
  return !isMissing && !isNotLookedUp;
}

/** The records as they were before the first of these events, as far as they are still known. */
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
