import type { Logger } from 'pino';
import type { Destination } from '../../domain/actions.ts';
import { isStagepostEvent } from '../../domain/stored-values.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { newEvents } from '../../store/events/due-events.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { postponeEvents, postponeFailed, postponeWithDeals } from '../../store/events/postpone-events.ts';
import type { Connection } from '../connection.ts';
import { type FoundPeople, findPeople } from '../gather/find-people.ts';
import { gatherDeals } from '../gather/gather-deals.ts';
import { loadMailFacts, loadPeopleOfDeals, loadPlanningState } from '../gather/planning-state.ts';
import { reportsRequiringPerson, requiredDeals } from '../gather/requirements.ts';
import { planGathered } from './plan-gathered.ts';

/** The most events that are gathered for and planned together: one page of Kommo's API. */
export const PLAN_BATCH = 250;

/** The longest time, in ms, that lookups of unknown people are deferred in favour of other events. */
const LOOKUPS_WAIT_MS = 30_000;
/** A report whose lookup was deferred is left out of batches for this long, in ms, so that later events take its place. */
const DEFERRED_MS = 2_000;

export interface PlanBatchOptions {
  database: Database;
  connection: Connection;
  log: Pick<Logger, 'warn' | 'error'>;
  now: Millis;
  /** The most events to plan; default: `PLAN_BATCH`. */
  limit?: number;
  /** Default: reads from Kommo. A read-ahead passes its own. */
  gather?: typeof gatherDeals;
  /** How often the planning of an event, by its id, was interrupted at the deadline; kept from batch to batch. */
  timeouts?: Map<number, number>;
  /** The deadline of planning, ms; for tests. */
  deadlineMs?: number;
}

export interface PlannedBatch {
  /** How many events were planned. */
  events: number;
  /** The lanes that have something to deliver now. */
  lanes: Destination[];
}

/**
 * Plans the connection's new events: gathers the data that the decisions depend on, decides, and saves decisions and
 * actions in one transaction.
 * @throws DeliveryError where a side cannot be read; the events stay as they are.
 * @throws LeaseLost
 */
export async function planBatch(options: PlanBatchOptions): Promise<PlannedBatch> {
  const { database, now, limit = PLAN_BATCH, gather = gatherDeals } = options;
  // A copy: new rules may be published during the batch, and one batch must be gathered and planned with one version.
  const connection = { ...options.connection };
  const { rules } = connection;
  const batch = await withoutUnreadable(options, await newEvents(database.db, connection.name, now, limit));
  if (batch.length === 0) return { events: 0, lanes: [] };

  const payloads = batch.map(({ payload }) => payload);
  const state = await loadPlanningState(database.db, connection.name, payloads, rules);
  const reports = reportsRequiringPerson(payloads, rules, state);
  const lookupAllowed = lookupRule(batch, now);
  const people = await findPeople(database.db, connection, reports, state, now, lookupAllowed);
  const events = await withoutPostponed(options, batch, people);
  const required = requiredDeals(
    events.map(({ payload }) => payload),
    rules,
    state,
    people.found,
  );
  const deals = await gather(connection, required);
  await loadPeopleOfDeals(database.db, connection.name, deals, rules, state);
  await loadMailFacts(database.db, connection.name, payloads, deals, rules, state);

  const { catalog } = connection;
  const gathered = { catalog, state, people: people.found, deals, readAt: Math.floor(now / 1000) };
  const { decided } = await planGathered({ ...options, connection, events, gathered });
  const ready = decided.flatMap(({ actions }) => actions).filter(({ after }) => after === null);
  return { events: events.length, lanes: [...new Set(ready.map(({ lane }) => lane))] };
}

/**
 * Postpones stored events in a shape that this version does not know (a newer version may have stored them), and the
 * other events of their deals. @returns the other events of the batch.
 */
async function withoutUnreadable(
  { database, connection, now, log }: PlanBatchOptions,
  batch: StoredEvent[],
): Promise<StoredEvent[]> {
  const unreadable = batch.filter(({ payload }) => !isStagepostEvent(payload));
  if (unreadable.length === 0) return batch;
  log.error(
    { connection: connection.name, eventIds: unreadable.map(({ id }) => id) },
    'stored events have a shape that this version does not know; they are retried later',
  );
  await inLeasedTransaction(database.db, connection, 'shared', (trx) =>
    postponeWithDeals(trx, unreadable, now),
  );
  const deals = new Set(unreadable.map(({ deal_id }) => deal_id).filter((id) => id !== null));
  return batch.filter(
    (row) => !unreadable.includes(row) && !(row.deal_id !== null && deals.has(row.deal_id)),
  );
}

/** Unknown people are looked up if the batch has nothing else, or if its oldest event has waited long enough. */
function lookupRule(batch: StoredEvent[], now: Millis): (unknownPeople: number) => boolean {
  const oldest = Math.min(...batch.map((row) => row.created_at));
  return (unknownPeople) => unknownPeople === batch.length || now - oldest > LOOKUPS_WAIT_MS;
}

/** Postpones the reports whose person is not found yet. @returns the other events of the batch. */
async function withoutPostponed(
  { database, connection, now }: PlanBatchOptions,
  batch: StoredEvent[],
  { deferred, unanswered }: FoundPeople,
): Promise<StoredEvent[]> {
  if (deferred.size + unanswered.size === 0) return batch;
  const isIn =
    (reportIds: Set<string>) =>
    ({ payload }: StoredEvent) =>
      payload.kind === 'mail_report' && reportIds.has(payload.reportId);
  const idsOf = (reportIds: Set<string>) => batch.filter(isIn(reportIds)).map(({ id }) => id);
  await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    await postponeEvents(trx, idsOf(deferred), now + DEFERRED_MS);
    await postponeFailed(trx, idsOf(unanswered), now);
  });
  return batch.filter((row) => !isIn(deferred)(row) && !isIn(unanswered)(row));
}
