import type { UnixSeconds } from '../../domain/entities.ts';
import { noEmailReasonOf } from '../../domain/plan/no-email.ts';
import type { DealContext, Effect, Plan } from '../../domain/plan/plan-types.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import { moveOrderKeys } from '../../store/actions/order-keys.ts';
import { planForPresentProfiles } from '../../store/actions/present-profiles.ts';
import { saveBackfilled } from '../../store/backfills/save-backfilled.ts';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { saveContactMarks } from '../../store/consent/contact-marks.ts';
import { saveDealShows } from '../../store/consent/deal-shows.ts';
import { addEntries } from '../../store/consent/ledger.ts';
import type { Database, Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { addFirstReports, type NewFirstReport } from '../../store/events/first-reports.ts';
import type { PlannedEvent } from '../../store/events/planned-events.ts';
import { addSentEvents, type NewSentEvent } from '../../store/events/sent-once.ts';
import { addTriggerEvidence } from '../../store/events/trigger-evidence.ts';
import { endWaitingOfDeal, saveWaitingContacts } from '../../store/events/waiting-moves.ts';
import { giveUpNames, type PeopleChanges, releaseReports } from '../../store/people.ts';
import { storePlans } from '../../store/plans.ts';
import type { NewWatch } from '../../store/watches.ts';
import type { Connection } from '../connection.ts';
import { changedPeople, markSaved } from '../gather/changed-people.ts';
import type { PlanningState } from '../gather/planning-state.ts';
import { startWatches } from '../watches/start.ts';
import { stopWatches, stopWatchesOfDeal } from '../watches/stop.ts';
import { movedOrderKeys } from './moved-order-keys.ts';
import { nextCheck } from './next-check.ts';
import { joinOutboxRows } from './outbox-rows.ts';
import { evidenceIn } from './trigger-evidence.ts';

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

export interface SavePlansOptions {
  /** The last moment before a restore; default: there was none. */
  doubtfulUntil?: UnixSeconds | null;
  /** The deals that were read for the batch, whose owners are recorded. */
  deals?: ReadonlyMap<number, DealContext>;
}

/**
 * Saves a batch of plans. Decisions, actions and effects commit together: after a crash an event is either still to be
 * planned, or planned with all its consequences.
 * @param state with the effects of all these plans applied to it; what was observed for the batch is saved with them.
 * @returns how many parked reports are to be planned again, because their person is known now.
 * @throws LeaseLost
 */
export async function savePlans(
  database: Database,
  { name: connection, owner, rulesVersion }: Pick<Connection, 'name' | 'owner' | 'rulesVersion'>,
  decided: DecidedEvent[],
  state: Pick<PlanningState, 'people' | 'stored' | 'triggers'> & {
    consent: Pick<PlanningState['consent'], 'shows'>;
  },
  now: Millis,
  { doubtfulUntil = null, deals = new Map() }: SavePlansOptions = {},
): Promise<number> {
  const holder = { name: connection, owner };
  const keys = movedOrderKeys(state);
  const people = changedPeople(state);
  const store = (db: Db) =>
    storePlans(
      db,
      holder,
      {
        events: decided.map((one) => storedDecision(one, rulesVersion, deals, now)),
        actions: joinOutboxRows(decided.map(({ actions }) => actions)),
        people,
      },
      now,
    );
  const isAll =
    keys.length + people.joins.length + people.movedNames.length === 0 && decided.every(storesNoMore);
  const released = isAll
    ? (await store(database.db)).released
    : await inLeasedTransaction(database.db, holder, 'shared', async (trx) => {
        await giveUpNames(trx, connection, people, now);
        const stored = await store(trx);
        const plans = decided.filter(({ row }) => stored.planned.has(row.id));
        await moveOrderKeys(trx, connection, keys);
        if (doubtfulUntil !== null)
          await planForPresentProfiles(trx, connection, keys, doubtfulUntil * 1000, now);
        await saveContactsOfWaiting(trx, connection, plans);
        await saveEffects(trx, database, connection, plans, state.consent, now);
        await addTriggerEvidence(trx, connection, evidenceIn(plans, state));
        return stored.released + (await releaseReports(trx, connection, appearedOfParked(plans, people)));
      });
  markSaved(state);
  return released;
}

function storedDecision(
  { row, plan }: DecidedEvent,
  rulesVersion: number | null,
  deals: ReadonlyMap<number, DealContext>,
  now: Millis,
): PlannedEvent {
  const { waitsFor } = plan;
  return {
    id: row.id,
    state: plan.outcome,
    ...(waitsFor && {
      next_attempt_at: waitsFor.isExact
        ? waitsFor.until * 1000
        : nextCheck(row.waiting_since ?? now, now, waitsFor.until * 1000),
    }),
    reason: plan.reason,
    rule: plan.rule,
    warnings: plan.warnings,
    person: plan.person,
    deal_id: plan.dealId,
    rules_version: rulesVersion || null,
    set_aside: plan.setAside ?? null,
    client_state: plan.clientState,
    no_email: noEmailReasonOf(plan),
    owner_id: ownerOf(plan.dealId ?? row.deal_id, deals),
    caused_by: plan.causedBy ?? null,
  };
}

/** The effects that are stored with the people. */
const EFFECTS_ON_PEOPLE: ReadonlySet<Effect['kind']> = new Set(['identified', 'linked', 'field_set']);

/** Whether an event stores nothing but its decision, its actions and people, as most stage changes do. */
function storesNoMore({ row, plan }: DecidedEvent): boolean {
  const mayWait = row.waiting_since !== null || plan.outcome === 'waiting' || plan.outcome === 'parked';
  const isReport = row.payload.kind === 'mail_report';
  return !mayWait && !isReport && plan.effects.every(({ kind }) => EFFECTS_ON_PEOPLE.has(kind));
}

/** A statement sees nothing of what it parks itself: people who have appeared in the same batch. */
function appearedOfParked(plans: DecidedEvent[], { appeared }: PeopleChanges): string[] {
  return plans.some(({ plan }) => plan.outcome === 'parked') ? appeared : [];
}

/** Stores the effects of plans on watches, on what is remembered for `once` and `repeat`, and on consent. */
async function saveEffects(
  trx: LeasedTransaction,
  database: Database,
  connection: string,
  plans: DecidedEvent[],
  consent: Pick<PlanningState['consent'], 'shows'>,
  now: Millis,
): Promise<void> {
  const effects = plans.flatMap(({ row, plan }) => plan.effects.map((effect) => ({ effect, row })));
  await saveWatches(trx, database, connection, effects, now);
  await addSentEvents(trx, connection, sentEventsOf(effects));
  await addFirstReports(trx, firstReportsOf(effects, connection), now);
  await saveConsent(trx, connection, effects, consent, now);
  const backfilled = effects.flatMap(({ effect }) => (effect.kind === 'backfilled' ? [effect] : []));
  await saveBackfilled(trx, connection, backfilled, now);
}

/** The responsible user of a deal that was read; null for others. */
function ownerOf(dealId: number | null, deals: ReadonlyMap<number, DealContext>): number | null {
  return deals.get(dealId ?? 0)?.deal?.responsibleUserId ?? null;
}

/** Only where a move waits or has waited. */
async function saveContactsOfWaiting(
  trx: LeasedTransaction,
  connection: string,
  plans: DecidedEvent[],
): Promise<void> {
  const moves = plans.filter(({ row, plan }) => row.waiting_since !== null || plan.outcome === 'waiting');
  const contacts = moves.flatMap(({ row, plan }) =>
    (plan.waitsFor?.contactIds ?? []).map((contact_id) => ({ connection, contact_id, event_id: row.id })),
  );
  await saveWaitingContacts(
    trx,
    moves.map(({ row }) => row.id),
    contacts,
  );
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
    if (effect.kind === 'start_watch') starting.push(newWatch(effect, connection));
    if (effect.kind !== 'deal_deleted') continue;
    await start();
    await stopWatchesOfDeal(trx, { connection, dealId: effect.dealId }, row.id, now);
    await endWaitingOfDeal(trx, { connection, dealId: effect.dealId, until: row.occurred_at }, now);
  }
  await start();
}

function newWatch(
  { start, unless, key, dealId, startedAt, firesAt }: Extract<Effect, { kind: 'start_watch' }>,
  connection: string,
): NewWatch {
  const times = { started_at: startedAt * 1000, fires_at: firesAt * 1000 };
  return { connection, start, unless, person: key, deal_id: dealId, ...times };
}

/** What the plans' reports say about consent, and what deals show after the plans. */
async function saveConsent(
  trx: LeasedTransaction,
  connection: string,
  effects: DecidedEffect[],
  consent: Pick<PlanningState['consent'], 'shows'>,
  now: Millis,
): Promise<void> {
  const entries = effects.flatMap(({ effect }) => (effect.kind === 'consent_recorded' ? effect.entries : []));
  const shows = effects.flatMap(({ effect, row }) =>
    effect.kind === 'deal_shows'
      ? [{ ...consent.shows.get(effect.dealId)?.get(effect.field), ...effect, eventId: row.id }]
      : [],
  );
  const marks = effects.flatMap(({ effect }) => (effect.kind === 'contact_marked' ? [effect] : []));
  await addEntries(trx, connection, entries, now);
  await saveDealShows(trx, connection, shows, now);
  await saveContactMarks(trx, connection, marks, now);
}

/** The events to remember, for `once`. */
function sentEventsOf(effects: DecidedEffect[]): NewSentEvent[] {
  return effects.flatMap(({ effect, row }) =>
    effect.kind === 'event_sent' ? [{ ...effect, eventId: row.id }] : [],
  );
}

/** The first reports to remember, for `repeat: first`. */
function firstReportsOf(effects: DecidedEffect[], connection: string): NewFirstReport[] {
  return effects.flatMap(({ effect, row }) =>
    effect.kind === 'first_report'
      ? [{ connection, name: effect.name, delivery_id: effect.deliveryId, event_id: row.id }]
      : [],
  );
}
