import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { BATCH_ITEMS } from '../../../customerio/index.ts';
import type { Destination } from '../../../domain/actions.ts';
import { type MonotonicClock, monotonicClock } from '../../../lib/monotonic-clock.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import { DeliveryRecord } from '../delivery-record.ts';
import { type DeliveryResult, Lane } from '../lane.ts';
import { createOutbox, type OutboxRow } from '../outbox.ts';
import { deliverInOrder, deliverTogether } from './deliver.ts';
import { CONCURRENCY, sendsBy, type Urgency, unitsOf, urgencyOf } from './units.ts';

/** Enough for new calls: the actions of calls in flight are fetched too, since they are due until their outcome is stored. */
const FETCH_LIMIT = 4 * CONCURRENCY;

export interface CustomerioLaneOptions {
  connection: Connection;
  db: Db;
  clock: Clock;
  monotonic?: MonotonicClock;
  log: Logger;
  /** Called after outcomes are stored, with the lanes where an action became ready by them. */
  onSettled(released: Destination[]): void;
}

/**
 * Delivers to Customer.io: few actions by one call each, many people at once; many actions by batches. One person's
 * actions go in order, each after the answer to the one before. Every call may be repeated: an identify carries its
 * time, an event its ULID.
 */
export function createCustomerioLane({ connection, db, ...options }: CustomerioLaneOptions): Lane {
  const { clock, monotonic = monotonicClock } = options;
  const deliverOptions = { connection, db, clock };
  /** The batches in flight, at most one of each urgency, by their number of actions, until their outcome is stored. */
  const batches = new Map<Urgency, number>();
  let endedBatches: Urgency[] = [];

  async function send(unit: OutboxRow[]): Promise<DeliveryResult> {
    const record = new DeliveryRecord({ clock, monotonic, random: Math.random });
    if (unit.length === 1) return deliverInOrder(deliverOptions, unit[0]!, record);
    const urgency = urgencyOf(unit[0]!);
    batches.set(urgency, unit.length);
    try {
      return await deliverTogether(deliverOptions, unit, record);
    } finally {
      endedBatches.push(urgency);
    }
  }

  return new Lane({
    ...options,
    connection: connection.name,
    lane: 'customerio',
    outbox: createOutbox(db, connection.name, 'customerio', connection.owner),
    concurrency: CONCURRENCY,
    /** Enough for a whole batch, or to reach beyond a live batch in flight, whose actions are fetched first. */
    get fetchLimit() {
      return FETCH_LIMIT + (batches.size === 0 ? BATCH_ITEMS : (batches.get('live') ?? 0));
    },
    group: (due, now) => unitsOf(due, (urgency) => !batches.has(urgency), now),
    sendsBy,
    send,
    onSettled(released) {
      for (const urgency of endedBatches) batches.delete(urgency);
      endedBatches = [];
      options.onSettled(released);
    },
  });
}
