import type { Selectable } from 'kysely';
import type { Effect, Plan } from '../rules/plan.ts';
import { type Database, type Db, inTransaction } from '../store/database.ts';
import { addActions, type NewAction } from '../store/queries/actions.ts';
import { lockNew, markPlanned, unpark } from '../store/queries/events.ts';
import { linkPersons, savePersons, unlinkDeals } from '../store/queries/persons.ts';
import { startWatch, stopWatches, stopWatchesOfDeal } from '../store/queries/watches.ts';
import type { EventRow, Millis } from '../store/schema.ts';
import type { Facts } from './facts.ts';
import type { Fence } from './fence.ts';
import { scheduleWatch } from './watches.ts';

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
  connection: string,
  decided: DecidedEvent[],
  facts: Facts,
  now: Millis,
  fence: Fence,
): Promise<void> {
  await database.db.transaction().execute(async (trx) => {
    await fence(trx);
    const ours = await lockNew(
      trx,
      decided.map(({ row }) => row.id),
    );
    const plans = decided.filter(({ row }) => ours.has(row.id));
    await addActions(trx, outboxRows(plans), now);
    await markPlanned(
      trx,
      plans.map(({ row, plan: { outcome, reason, rule, warnings, person, dealId } }) => ({
        id: row.id,
        state: outcome,
        reason,
        rule,
        warnings,
        person,
        deal_id: dealId,
      })),
      now,
    );
    const effects = plans.flatMap(({ row, plan }) => plan.effects.map((effect) => ({ effect, row })));
    await savePeople(
      trx,
      connection,
      effects.map(({ effect }) => effect),
      facts,
      now,
    );
    for (const { effect, row } of effects) await saveEffect(trx, database, connection, effect, row, now);
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
async function savePeople(
  trx: Db,
  connection: string,
  effects: Effect[],
  facts: Facts,
  now: Millis,
): Promise<void> {
  const touched = new Set<string>();
  const links = new Map<string, { connection: string; person: string; deal_id: number }>();
  for (const effect of effects) {
    if (effect.kind === 'identified' || effect.kind === 'linked') {
      touched.add(effect.person);
      const link = { connection, person: effect.person, deal_id: effect.dealId };
      links.set(`${effect.person} ${effect.dealId}`, link);
    } else if (effect.kind === 'field_set') touched.add(effect.person);
  }
  const persons = [...touched]
    .map((name) => facts.persons.get(name))
    .filter((person) => person !== undefined);
  await savePersons(
    trx,
    persons.map(({ person, email, contactId, dealId, attributes, fields }) => ({
      connection,
      person,
      email,
      contact_id: contactId,
      deal_id: dealId,
      attributes,
      fields,
    })),
    now,
  );
  await linkPersons(trx, [...links.values()], now);
  const appeared = effects.flatMap((effect) =>
    effect.kind === 'identified' || effect.kind === 'linked'
      ? [effect.person, effect.email].filter((name) => name !== null)
      : [],
  );
  await unpark(trx, connection, appeared);
}

async function saveEffect(
  trx: Db,
  database: Database,
  connection: string,
  effect: Effect,
  row: Selectable<EventRow>,
  now: Millis,
): Promise<void> {
  switch (effect.kind) {
    case 'start_watch': {
      const { start, unless, person, dealId } = effect;
      const firesAt = effect.firesAt * 1000;
      const startedAt = row.occurred_at * 1000;
      const watch = {
        connection,
        start,
        unless,
        person,
        deal_id: dealId,
        started_at: startedAt,
        fires_at: firesAt,
      };
      const id = await startWatch(trx, watch, now);
      await scheduleWatch(database.boss, inTransaction(trx), id, firesAt);
      return;
    }
    case 'stop_watches':
      return stopWatches(trx, effect.watchIds, row.id, now);
    case 'deal_deleted':
      await stopWatchesOfDeal(trx, connection, effect.dealId, row.id, now);
      return unlinkDeals(trx, connection, [effect.dealId]);
    case 'first_report':
      await trx
        .insertInto('first_reports')
        .values({ connection, name: effect.name, delivery_id: effect.deliveryId, event_id: row.id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  }
}
