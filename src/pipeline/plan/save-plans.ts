import type { Selectable } from 'kysely';
import type { Effect, Plan } from '../../domain/plan/plan.ts';
import { addActions, type NewAction } from '../../store/actions/actions.ts';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { EventRow, FirstReportRow, Millis } from '../../store/database/schema.ts';
import { markPlanned } from '../../store/events/events.ts';
import { addFirstReports } from '../../store/events/first-reports.ts';
import { type PersonDeal, savePeople, unlinkDeals } from '../../store/people.ts';
import type { NewWatch } from '../../store/watches.ts';
import type { Connection } from '../connection.ts';
import type { PlanningState } from '../gather/planning-state.ts';
import { startWatches } from '../watches/start.ts';
import { stopWatches, stopWatchesOfDeal } from '../watches/stop.ts';

interface DecidedEffect {
  effect: Effect;
  row: Selectable<EventRow>;
}

export interface DecidedEvent {
  row: Selectable<EventRow>;
  plan: Plan;
  actions: NewAction[];
}

/**
 * Writes a batch of plans: outbox, decisions and what is now known commit together, so that an
 * event is either as if nobody had looked at it or planned with all its consequences.
 */
export async function savePlans(
  database: Database,
  { name: connection, owner, rulesVersion }: Pick<Connection, 'name' | 'owner' | 'rulesVersion'>,
  decided: DecidedEvent[],
  facts: PlanningState,
  now: Millis,
): Promise<void> {
  await inLeasedTransaction(database.db, { name: connection, owner }, 'shared', async (trx) => {
    const ours = await markPlanned(
      trx,
      decided.map(({ row, plan: { outcome, reason, rule, warnings, person, dealId } }) => ({
        id: row.id,
        state: outcome,
        reason,
        rule,
        warnings,
        person,
        deal_id: dealId,
        rules_version: rulesVersion || null,
      })),
      now,
    );
    const plans = decided.filter(({ row }) => ours.has(row.id));
    await addActions(trx, outboxRows(plans), now);
    const effects = plans.flatMap(({ row, plan }) => plan.effects.map((effect) => ({ effect, row })));
    const touched = effects.map(({ effect }) => effect);
    await savePeople(trx, connection, peopleOf(connection, touched, facts), now);
    await saveWatches(trx, database, connection, effects, now);
    await addFirstReports(trx, firstReportsOf(effects, connection));
  });
}

/** All plans' actions in one list; `after` points into the list instead of into the plan. */
function outboxRows(plans: DecidedEvent[]): NewAction[] {
  const rows: NewAction[] = [];
  for (const { actions } of plans) {
    const offset = rows.length;
    rows.push(
      ...actions.map((action) => ({
        ...action,
        after: action.after === null ? null : action.after + offset,
      })),
    );
  }
  return rows;
}

/** Everybody whom the plans touched, as the facts now have them, and their links to deals. */
function peopleOf(connection: string, effects: Effect[], facts: PlanningState) {
  const touched = new Set<string>();
  const links = new Map<string, PersonDeal>();
  const appeared: string[] = [];
  for (const effect of effects) {
    if (effect.kind === 'identified' || effect.kind === 'linked') {
      const { person, email, dealId } = effect;
      touched.add(person);
      links.set(`${person} ${dealId}`, { connection, person, deal_id: dealId });
      appeared.push(person, ...(email === null ? [] : [email]));
    } else if (effect.kind === 'field_set') touched.add(effect.person);
  }
  const persons = [...touched]
    .map((name) => facts.persons.get(name))
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
 * Stops and starts watches. What reports stop ran before this batch. Starts and deletions go in the order of the
 * events: a deal that is won, deleted and restored within one batch ends as it ends event by event.
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
  row: Selectable<EventRow>,
): NewWatch {
  const times = { started_at: row.occurred_at * 1000, fires_at: firesAt * 1000 };
  return { connection, start, unless, person, deal_id: dealId, ...times };
}

/** The first report of each message, for `repeat: first`. */
function firstReportsOf(effects: DecidedEffect[], connection: string): FirstReportRow[] {
  return effects.flatMap(({ effect, row }) =>
    effect.kind === 'first_report'
      ? [{ connection, name: effect.name, delivery_id: effect.deliveryId, event_id: row.id }]
      : [],
  );
}
