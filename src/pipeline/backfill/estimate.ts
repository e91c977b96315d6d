import {
  addCounts,
  type BackfillCounts,
  type BackfillPlan,
  type LeftOutDeal,
  NO_COUNTS,
  plannedDeals,
  scaleCounts,
} from '../../domain/backfill.ts';
import type { Deal } from '../../domain/entities.ts';
import type { DealListed } from '../../domain/events.ts';
import { bulkShareOf } from '../../kommo/index.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { StoredBackfill } from '../../store/backfills/backfills.ts';
import { addLeftOut, clearLeftOut } from '../../store/backfills/left-out.ts';
import { countsOf, leftOutOf } from '../../store/backfills/save-backfilled.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { computeUnguarded } from '../gather/compute.ts';
import { withPeople } from '../gather/requirements.ts';
import { gatherEvents } from '../plan/gather-events.ts';
import { planEvent } from '../plan/plan-event.ts';
import { ListedEntities } from './listed-entities.ts';
import { listingsOf } from './listings.ts';
import { readSample } from './sample.ts';

export interface EstimateOptions {
  database: Database;
  connection: Connection;
  row: StoredBackfill;
  signal: AbortSignal;
  now(): Millis;
}

const SLICE = 250;
/** What goes into one call. */
const DEALS_A_CALL = 250;
const PEOPLE_A_BATCH = 400;

/**
 * The plan of a backfill: what its run would do, worked out with the run's own decisions from the deals that are read, and
 * multiplied where not all are read. Changes nothing but the list of those who are left out.
 * @throws DeliveryError, LeaseLost
 */
export async function estimateBackfill(options: EstimateOptions): Promise<BackfillPlan> {
  const { connection, row, signal } = options;
  const { rules, catalog } = connection;
  const call = { priority: 'bulk', signal } as const;
  const listings = listingsOf(row.filter, catalog.pipelines, rules);
  const sample = await readSample({ kommo: connection.kommo, filter: row.filter, listings, call });
  const { counts: ofSample, leftOut } = await decide(options, sample.deals);
  await saveList(options, leftOut);
  const factor = sample.isComplete || sample.read === 0 ? 1 : sample.listed / sample.read;
  const counts = scaleCounts(ofSample, factor);
  const deals = sample.isComplete ? plannedDeals(ofSample) : Math.round(sample.deals.length * factor);
  const people = counts.newPeople + counts.updatedPeople;
  const { company } = withPeople(0, rules).parts;
  const kommoCalls =
    Math.ceil(sample.listed / DEALS_A_CALL) +
    Math.ceil((people / DEALS_A_CALL) * (company ? 2 : 1)) +
    listings.length;
  return {
    counts,
    deals,
    read: sample.deals.length,
    isExact: sample.isComplete,
    workspacePeople: await workspacePeople(connection),
    kommoCalls,
    customerioCalls: Math.ceil(people / PEOPLE_A_BATCH),
    seconds: Math.ceil(kommoCalls / bulkShareOf(connection.kommo.requestsPerSecond)),
  };
}

/** What would come of these deals. A person of several deals is known after the first one, as in the run. */
async function decide(
  options: EstimateOptions,
  deals: Deal[],
): Promise<{ counts: BackfillCounts; leftOut: LeftOutDeal[] }> {
  const { connection, signal, row } = options;
  const sum = { counts: NO_COUNTS, leftOut: [] as LeftOutDeal[] };
  const seen = new Set<string>();
  let entities = new ListedEntities(connection.kommo, { priority: 'bulk', signal });
  const { parts } = withPeople(0, connection.rules);
  for (let start = 0; start < deals.length; start += SLICE) {
    const slice = deals.slice(start, start + SLICE);
    const listed = slice.map((deal) => ({ deal, readAt: options.now(), isUnread: false, after: never }));
    await entities.read(listed, parts, connection.rules.contacts);
    for (const effect of await decideSlice(options, slice, entities)) {
      const isSecond = effect.outcome === 'new' && seen.has(effect.person);
      if (effect.outcome === 'new') seen.add(effect.person);
      const detail = `The attributes of ${effect.person} come from another deal of the list.`;
      const own = isSecond ? { ...effect, outcome: 'duplicate' as const, newPeople: 0, detail } : effect;
      sum.counts = addCounts(sum.counts, countsOf(own));
      sum.leftOut.push(...leftOutOf({ ...own, backfillId: row.id }));
    }
    entities = entities.next();
    await yieldToEventLoop();
  }
  return sum;
}

async function decideSlice(
  { database, connection, row, now }: EstimateOptions,
  deals: Deal[],
  entities: ListedEntities,
) {
  const at = now();
  const events = deals.map((deal, index) => unsavedEvent(deal, -1 - index, row, at));
  const options = { database, connection: { ...connection, kommo: entities.client() }, now: at };
  const { events: found, gathered } = await gatherEvents(options, events, { compute: computeUnguarded });
  return found.flatMap((event) => {
    const plan = planEvent(event, gathered, connection.rules);
    return plan.effects.flatMap((effect) =>
      effect.kind === 'backfilled' ? [{ ...effect, person: plan.person ?? '' }] : [],
    );
  });
}

function never(): never {
  throw new Error('The plan of a backfill has no place in the lists.');
}

function unsavedEvent(
  { id }: Deal,
  eventId: number,
  { id: backfillId, connection, filter }: StoredBackfill,
  at: Millis,
): StoredEvent {
  const occurredAt = Math.floor(at / 1000);
  const payload: DealListed = {
    ...{ kind: 'deal_listed', dealId: id, backfillId, occurredAt },
    ...(filter.hasEmail && { hasEmail: true }),
  };
  return {
    ...{ id: eventId, connection, key: `plan:${id}`, kind: payload.kind, payload, name: null },
    ...{ deal_id: id, contact_id: null, person: null, occurred_at: occurredAt, created_at: at },
    ...{ planned_at: null, state: 'new', reason: null, rule: null, warnings: [], attempts: 0 },
    ...{
      next_attempt_at: 0,
      rules_version: null,
      client_state: null,
      no_email: null,
      owner_id: null,
      caused_by: null,
      waiting_since: null,
    },
    ...{ hold_id: null, released_at: null, released_with: null, planning_crashes: 0, set_aside: null },
  };
}

async function saveList(
  { database, connection, row }: EstimateOptions,
  leftOut: LeftOutDeal[],
): Promise<void> {
  await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    await clearLeftOut(trx, row.id);
    await addLeftOut(trx, row.id, leftOut);
  });
}

/** How many people the workspace has, as Customer.io counts them; null where it does not say so. Never fails. */
async function workspacePeople({ app, track }: Connection): Promise<number | null> {
  if (app === null) return null;
  try {
    const workspaces = await app.bulk.workspaces();
    const [only] = workspaces;
    if (workspaces.length === 1) return only!.people;
    const { environmentId } = await track.region();
    return workspaces.find(({ id }) => id === environmentId)?.people ?? null;
  } catch {
    return null;
  }
}
