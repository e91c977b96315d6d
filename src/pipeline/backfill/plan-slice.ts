import type { Logger } from 'pino';
import type { DealListed } from '../../domain/events.ts';
import { type StoredBackfill, saveListCursor } from '../../store/backfills/backfills.ts';
import { contactsReportedSince } from '../../store/backfills/recorded-people.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { anyOf, type Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { dealsReportedSince } from '../../store/directory/listed-deals.ts';
import { addEvents, type NewEvent, type StoredEvent } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { type PlannedParts, planInParts } from '../plan/plan-in-parts.ts';
import type { BackfillDeal, ListedEntities } from './listed-entities.ts';

/** Deals that are planned together. */
export interface Slice {
  backfill: Pick<StoredBackfill, 'id' | 'filter'>;
  deals: BackfillDeal[];
  entities: ListedEntities;
  /** How long was worked for it, ms. */
  workedMs: Millis;
}

export interface SliceOptions {
  database: Database;
  connection: Connection;
  log: Logger;
  now: Millis;
  timeouts: Map<number, number>;
}

/** The backfill was paused or stopped: its deals stay as they are. */
export class NotRunning extends Error {}

/**
 * Stores the listed deals as events, together with the place in the list, and plans these events as all others are planned. After
 * a crash in between, the planner of the connection finds the events and reads their deals again.
 * @returns the deals that were read
 * @throws NotRunning, DeliveryError, LeaseLost
 */
export async function planSlice(options: SliceOptions, slice: Slice): Promise<PlannedParts['read']> {
  const { database, connection, log, now, timeouts } = options;
  await forgetChanged(options, slice);
  const rows = await storeEvents(options, slice);
  if (rows.length === 0) return [];
  const kommo = slice.entities.client();
  const planned = await planInParts(
    { database, connection: { ...connection, kommo }, log, now, timeouts },
    rows,
  );
  return planned.read;
}

/** What has been reported since the reading is read again: an older value must not replace a newer one. */
async function forgetChanged(
  { database: { db }, connection }: SliceOptions,
  { deals, entities }: Slice,
): Promise<void> {
  const listed = deals.map(({ deal, readAt }) => ({ dealId: deal.id, readAt }));
  const since = Math.min(...listed.map(({ readAt }) => readAt));
  const changed = await dealsReportedSince(db, connection.name, listed);
  entities.forget(changed, await contactsReportedSince(db, connection.name, since));
}

async function storeEvents(
  { database: { db }, connection, now }: SliceOptions,
  { backfill, deals, workedMs }: Slice,
): Promise<StoredEvent[]> {
  const occurredAt = Math.floor(now / 1000);
  return inLeasedTransaction(db, connection, 'shared', async (trx) => {
    const isRunning = await saveListCursor(trx, backfill.id, { ...deals.at(-1)!.after() }, workedMs);
    if (!isRunning) throw new NotRunning();
    const events = deals.map(({ deal, isUnread }): NewEvent => {
      const event: DealListed = {
        ...{ kind: 'deal_listed', dealId: deal.id, backfillId: backfill.id, occurredAt },
        ...(isUnread && { isUnread }),
        ...(backfill.filter.hasEmail && { hasEmail: true }),
      };
      const key = `backfill:${backfill.id}:${deal.id}`;
      return { connection: connection.name, key, event, name: null, person: null, inboxIds: [] };
    });
    const ids = await addEvents(trx, events, now);
    return trx
      .selectFrom('events')
      .selectAll()
      .where('id', '=', anyOf([...ids.values()], 'bigint'))
      .where('state', '=', 'new')
      .orderBy('id')
      .execute();
  });
}
