import { setImmediate } from 'node:timers/promises';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { findPeople, type PersonLookup } from '../gather/find-people.ts';
import { gatherDeals } from '../gather/gather.ts';
import { loadPlanningState, type PlanningState } from '../gather/planning-state.ts';
import {
  actionsOf,
  contextFor,
  type Event,
  loadPeopleOfDeals,
  planEvent,
  reportsRequiringPerson,
  requiredDeals,
} from './decide.ts';

/** What an event leads to by one set of rules. */
export interface Simulation {
  plan: Plan;
  actions: NewAction[];
}

export interface SimulatedEvent {
  event: Event;
  /** One for each set of rules, in their order. */
  looks: Simulation[];
  /** False: a deal or person of it cannot be read (any more), so the looks say nothing. */
  isKnown: boolean;
}

export interface SimulateOptions {
  db: Db;
  connection: Connection;
  /** Any of the connection's, also one that is stored nowhere. */
  events: Event[];
  /** All are asked about the same deals and people. */
  rules: Rules[];
  now: Millis;
  /** Whether people whom Stagepost does not know may be looked for, a call or two for each. */
  mayAsk: boolean;
  priority: NonNullable<CallOptions['priority']>;
  signal: AbortSignal;
}

/** After so many decisions others have their turn. */
const TURN = 25;

/**
 * Decides about events again, by each of these rules, and writes and sends nothing. Deals and people are as they are
 * now; what an event itself has left behind (a field that it set, that it was the first report of its message) is not
 * held against it. Events that were planned are decided as of then, the others as of now.
 * @throws DeliveryError where a side cannot be read, or what the signal says.
 */
export async function simulate(options: SimulateOptions): Promise<SimulatedEvent[]> {
  const { db, events, rules, now, mayAsk, priority, signal } = options;
  const kommo = withOptions(options.connection.kommo, { priority, signal });
  const connection = { ...options.connection, kommo };
  const ordered = events.toSorted((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
  const by = await Promise.all(
    rules.map(async (set) => ({
      connection: { ...connection, rules: set },
      facts: await factsBefore(db, connection.name, ordered, set),
    })),
  );
  const reports = new Map(
    by.flatMap(({ connection: own, facts }) =>
      reportsRequiringPerson(ordered, own.rules, facts).map((report) => [report.reportId, report] as const),
    ),
  );
  const people = await findPeople(db, connection, [...reports.values()], by[0]!.facts, now, () => mayAsk);
  const needs = by.flatMap(({ connection: own, facts }) =>
    requiredDeals(ordered, own.rules, facts, people.found),
  );
  const deals = await gatherDeals(connection, needs);
  for (const { connection: own, facts } of by) await loadPeopleOfDeals(db, own, deals, facts);

  const result: SimulatedEvent[] = [];
  for (const [index, event] of ordered.entries()) {
    if (index % TURN === 0) await setImmediate();
    signal.throwIfAborted();
    const isKnown = by.every(({ connection: own, facts }) => {
      const wanted = requiredDeals([event], own.rules, facts, people.found);
      const isMissing = wanted.length > 0 && !wanted.some(({ dealId }) => deals.has(dealId));
      return !isMissing && !isUnanswered(event, people);
    });
    const readAt = Math.floor((event.planned_at ?? now) / 1000);
    const looks = by.map(({ connection: own, facts }) => {
      const plan = planEvent(event, contextFor(event, own, facts, people.found, deals, readAt), own);
      for (const effect of plan.effects) facts.apply(effect);
      return { plan, actions: actionsOf(event, plan) };
    });
    result.push({ event, looks, isKnown });
  }
  return result;
}

function isUnanswered(
  { payload }: Event,
  {
    deferred,
    unanswered,
  }: { found: Map<string, PersonLookup>; deferred: Set<string>; unanswered: Set<string> },
): boolean {
  return (
    payload.kind === 'mail_report' && (deferred.has(payload.reportId) || unanswered.has(payload.reportId))
  );
}

/** What was known before the first of these events, as far as that can still be told. */
async function factsBefore(
  db: Db,
  connection: string,
  events: Event[],
  rules: Rules,
): Promise<PlanningState> {
  const stored = events.map(({ id }) => id).filter((id) => id > 0);
  const facts = await loadPlanningState(
    db,
    connection,
    events,
    rules,
    Math.min(...stored, Number.MAX_SAFE_INTEGER),
  );
  const from = Math.min(...events.map(({ payload }) => payload.occurredAt));
  for (const person of facts.persons.values()) {
    person.fields = Object.fromEntries(Object.entries(person.fields).filter(([, { at }]) => at < from));
  }
  return facts;
}
