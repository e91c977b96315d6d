import type { Effect, Plan } from '../../domain/plan/plan-types.ts';
import { addActions, type NewAction } from '../../store/actions/actions.ts';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { FirstReportRow, Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { addFirstReports } from '../../store/events/first-reports.ts';
import { markPlanned } from '../../store/events/planned-events.ts';
import { type PersonDeal, savePeople, unlinkDeals } from '../../store/people.ts';
import type { NewWatch } from '../../store/watches.ts';
import type { Connection } from '../connection.ts';
import type { PlanningState } from '../gather/planning-state.ts';
import { startWatches } from '../watches/start.ts';
import { stopWatches, stopWatchesOfDeal } from '../watches/stop.ts';
import { joinOutboxRows } from './outbox-rows.ts';

/** An event with its plan. */
export interface DecidedEvent {
  row: StoredEvent;
  plan: Plan;
  /** The plan's actions; `after` is an index in this list. */
  actions: NewAction[];
}

/** An effect of a plan, with the event that the plan is for. */
interface DecidedEffect {
  effect: Effect;
  row: StoredEvent;
}

/**
 * Saves a batch of plans. Decisions, actions and effects commit together: after a crash an event is either still to be
 * planned, or planned with all its consequences.
 * @param state with the effects of all these plans applied to it.
 * @throws LeaseLost
 */
export async function savePlans(
  database: Database,
  { name: connection, owner, rulesVersion }: Pick<Connection, 'name' | 'owner' | 'rulesVersion'>,
  decided: DecidedEvent[],
  state: Pick<PlanningState, 'persons'>,
  now: Millis,
): Promise<void> {
  await inLeasedTransaction(database.db, { name: connection, owner }, 'shared', async (trx) => {
    const stillNew = await markPlanned(
      trx,
      decided.map(
        ({ row, plan: { outcome, reason, rule, warnings, person, dealId, setAside, clientState } }) => ({
          id: row.id,
          state: outcome,
          reason,
          rule,
          warnings,
          person,
          deal_id: dealId,
          rules_version: rulesVersion || null,
          set_aside: setAside ?? null,
          client_state: clientState,
        }),
      ),
      now,
    );
    const plans = decided.filter(({ row }) => stillNew.has(row.id));
    await addActions(trx, joinOutboxRows(plans.map(({ actions }) => actions)), now);
    const effects = plans.flatMap(({ row, plan }) => plan.effects.map((effect) => ({ effect, row })));
    await savePeople(trx, connection, peopleTouchedBy(effects, connection, state), now);
    await saveWatches(trx, database, connection, effects, now);
    await addFirstReports(trx, firstReportsOf(effects, connection));
  });
}

/** The people whom the effects change, in their state after all effects, with their new links to deals. */
function peopleTouchedBy(
  effects: DecidedEffect[],
  connection: string,
  state: Pick<PlanningState, 'persons'>,
) {
  const touched = new Set<string>();
  const links = new Map<string, PersonDeal>();
  const appeared: string[] = [];
  for (const { effect } of effects) {
    if (effect.kind === 'identified' || effect.kind === 'linked') {
      const { person, email, dealId } = effect;
      touched.add(person);
      links.set(`${person} ${dealId}`, { connection, person, deal_id: dealId });
      appeared.push(person, ...(email === null ? [] : [email]));
    } else if (effect.kind === 'field_set') touched.add(effect.person);
  }
  const persons = [...touched]
    .map((name) => state.persons.get(name))
    .filter((person) => person !== undefined)
    .map(({ person, email, contactId, dealId, attributes, fields }) => ({
      connection,
      person,
      email,
      contact_id: contactId,
      deal_id: dealId,
      attributes,
      fields,
    }));
  return { persons, links: [...links.values()], appeared };
}

/**
 * Stops and starts watches. A report can only stop a watch of an earlier batch, so those stops go first. Starts and
 * deletions keep the order of the events: a deal that is won, deleted and restored within one batch must end up as if its
 * events had been planned one by one.
 */
async function saveWatches(
  trx: LeasedTransaction,
  database: Database,
  connection: string,
  effects: DecidedEffect[],
  now: Millis,
): Promise<void> {
  const stops = effects.flatMap(({ effect, row }) =>
    effect.kind === 'stop_watches' ? effect.watchIds.map((watchId) => ({ watchId, stoppedBy: row.id })) : [],
  );
  await stopWatches(trx, stops, now);
  let starting: NewWatch[] = [];
  const start = async () => {
    await startWatches(trx, database, starting, now);
    starting = [];
  };
  for (const { effect, row } of effects) {
    if (effect.kind === 'start_watch') starting.push(newWatch(effect, connection, row));
    if (effect.kind !== 'deal_deleted') continue;
    await start();
    await stopWatchesOfDeal(trx, { connection, dealId: effect.dealId }, row.id, now);
    await unlinkDeals(trx, connection, [effect.dealId]);
  }
  await start();
}

function newWatch(
  { start, unless, person, dealId, firesAt }: Extract<Effect, { kind: 'start_watch' }>,
  connection: string,
  row: StoredEvent,
): NewWatch {
  const times = { started_at: row.occurred_at * 1000, fires_at: firesAt * 1000 };
  return { connection, start, unless, person, deal_id: dealId, ...times };
}

/** The first reports to remember, for `repeat: first`. */
function firstReportsOf(effects: DecidedEffect[], connection: string): FirstReportRow[] {
  return effects.flatMap(({ effect, row }) =>
    effect.kind === 'first_report'
      ? [{ connection, name: effect.name, delivery_id: effect.deliveryId, event_id: row.id }]
      : [],
  );
}
