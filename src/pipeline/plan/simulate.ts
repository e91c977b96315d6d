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
  /** The sets of rules to plan with. All get the same deals and people. */
  rules: Rules[];
  now: Millis;
  /** Whether people whom Stagepost has no record of may be looked up, with up to two calls each. */
  lookupAllowed: boolean;
  priority: NonNullable<CallOptions['priority']>;
  signal: AbortSignal;
}

export interface SimulatedEvent {
  event: StoredEvent;
  /** One for each set of rules, in their order. */
  decisions: SimulatedDecision[];
  /** False where a deal or person could not be read: the decisions then have no meaning. */
  isComplete: boolean;
}

/** The plan of an event by one set of rules. */
export interface SimulatedDecision {
  plan: Plan;
  actions: NewAction[];
}

/** A set of rules with a state of its own, to which the effects of its plans are applied. */
interface Variant {
  rules: Rules;
  state: PlanningState;
}

/** After this many events the simulation yields to the process's other work. */
const YIELD_AFTER_EVENTS = 25;

/**
 * Plans events with each set of rules, without sending or storing anything. Deals and people are as they are now. Records
 * that the events themselves created (a field that was set, the first report of a message) are left out. Events that were
 * planned before are planned as of that time, others as of `now`.
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
    if (index % YIELD_AFTER_EVENTS === 0) await yieldToEventLoop();
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
 * The connection for the simulation: its calls carry the simulation's priority, and a catalog that it refreshes (for an
 * unknown responsible user) is for this simulation only, while the running connection's refresh would store it.
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
