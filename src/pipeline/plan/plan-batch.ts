import type { Destination } from '../../domain/actions.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { newEvents, postponeEvents, postponeFailed } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { findPeople } from '../gather/find-people.ts';
import { gatherDeals } from '../gather/gather.ts';
import { loadPlanningState } from '../gather/planning-state.ts';
import {
  actionsOf,
  contextFor,
  type Event,
  loadPeopleOfDeals,
  planEvent,
  reportsRequiringPerson,
  requiredDeals,
} from './decide.ts';
import { savePlans } from './save-plans.ts';

/** How many events are gathered for and planned in one go: what one Kommo page can hold. */
export const PLAN_BATCH = 250;

export interface Planned {
  events: number;
  lanes: Destination[];
}

/** Lookups of people whom Stagepost does not know stand behind everything else, for at most this long. */
const STRANGERS_WAIT_MS = 30_000;
/** Strangers that are not looked up in this turn make room in the batch for what came after them. */
const LATER_MS = 2_000;

/**
 * Plans the connection's new events: gathers what they need, decides, and writes actions and
 * decisions in one transaction.
 * @returns how many were planned, and the lanes that have something to deliver by it.
 * @throws DeliveryError where a side could not be read; the events stay as they are.
 */
export async function planBatch(
  database: Database,
  live: Connection,
  now: Millis,
  limit = PLAN_BATCH,
  gather: typeof gatherDeals = gatherDeals,
): Promise<Planned> {
  // Other rules may be published meanwhile: one batch is read for and decided by one version.
  const connection = { ...live };
  const batch = await newEvents(database.db, connection.name, now, limit);
  if (batch.length === 0) return { events: 0, lanes: [] };
  const facts = await loadPlanningState(database.db, connection.name, batch, connection.rules);
  const reports = reportsRequiringPerson(batch, connection.rules, facts);
  // Strangers are looked up when nothing else is to be planned, or when they have waited long enough.
  const oldest = Math.min(...batch.map((row) => row.created_at));
  const mayAsk = (strangers: number) => strangers === batch.length || now - oldest > STRANGERS_WAIT_MS;
  const { found, deferred, unanswered } = await findPeople(
    database.db,
    connection,
    reports,
    facts,
    now,
    mayAsk,
  );
  const isIn =
    (set: Set<string>) =>
    ({ payload }: Event) =>
      payload.kind === 'mail_report' && set.has(payload.reportId);
  const idsOf = (rows: Event[]) => rows.map((row) => row.id);
  if (deferred.size + unanswered.size > 0) {
    await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
      await postponeEvents(trx, idsOf(batch.filter(isIn(deferred))), now + LATER_MS);
      await postponeFailed(trx, idsOf(batch.filter(isIn(unanswered))), now);
    });
  }
  const events = batch.filter((row) => !isIn(deferred)(row) && !isIn(unanswered)(row));
  const deals = await gather(connection, requiredDeals(events, connection.rules, facts, found));
  await loadPeopleOfDeals(database.db, connection, deals, facts);

  const readAt = Math.floor(now / 1000);
  const plans = events.map((row) => {
    const decided = planEvent(row, contextFor(row, connection, facts, found, deals, readAt), connection);
    for (const effect of decided.effects) facts.apply(effect);
    return { row, plan: decided, actions: actionsOf(row, decided) };
  });
  await savePlans(database, connection, plans, facts, now);
  const ready = plans.flatMap(({ actions }) => actions).filter(({ after }) => after === null);
  return { events: events.length, lanes: [...new Set(ready.map(({ lane }) => lane))] };
}
