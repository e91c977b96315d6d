import { BATCH_ITEMS, type BatchCall, CUSTOMERIO_CALLS } from '../../../customerio/index.ts';
import type { Destination } from '../../../domain/actions.ts';
import type { DeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import {
  asDeliveryError,
  createLane,
  type DeliveryResult,
  type Lane,
  type LaneOptions,
  type OutboxRow,
  stopsLane,
} from '../lane.ts';
import { deliveredOutcome, failedOutcome } from '../outcome.ts';
import { sendBatch, sendOne, writeOf } from './send.ts';
import { CONCURRENCY, type Urgency, unitsOf, urgencyOf } from './units.ts';

/** Enough for new calls while others are under way: what these carry is due until its outcome is stored. */
const LOOK_AHEAD = 4 * CONCURRENCY;

type Options = Pick<LaneOptions, 'db' | 'clock' | 'log' | 'onSettled'> & { connection: Connection };

/**
 * Delivers to Customer.io: few actions by one call each, many persons at once; many actions by batches. One person's
 * actions go in order, each after the answer to the one before. Every call may be repeated: an identify is stamped, an
 * event carries its ULID.
 */
export function createCustomerioLane({ connection, ...options }: Options): Lane {
  const { clock } = options;
  /** The batches under way, one of each urgency at most, by their number of actions: until their outcome is stored. */
  const batches = new Map<Urgency, number>();
  let ended: Urgency[] = [];

  /** An action, and after its answer at once what has waited for it: the event of a person who is known now. */
  async function sendAlone(row: OutboxRow): Promise<DeliveryResult> {
    const done = await sendAction(row);
    for (const follower of row.followers ?? []) {
      if (done.settlements.at(-1)!.state !== 'done') break;
      const { settlements, attempts, stop } = await sendAction(follower);
      done.settlements.push(...settlements);
      done.attempts.push(...attempts);
      if (stop) done.stop = stop;
    }
    return done;
  }

  async function sendAction(row: OutboxRow): Promise<DeliveryResult> {
    const startedAt = clock.now();
    const started = performance.now();
    const attempt = (outcome: string, error: DeliveryError | null, status: number | null) => ({
      started_at: startedAt,
      duration_ms: Math.round(performance.now() - started),
      call: CUSTOMERIO_CALLS[writeOf(row).call],
      status,
      outcome,
      error: error?.message ?? null,
      action_ids: [row.id],
    });
    try {
      const warnings = await sendOne(connection, row);
      return {
        settlements: [deliveredOutcome(row, null, warnings)],
        attempts: [attempt('accepted', null, 200)],
      };
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      const settlement = failedOutcome(row, error, clock.now(), Math.random());
      const outcome = { settlements: [settlement], attempts: [attempt(error.failure, error, error.status)] };
      return stopsLane(error) ? { ...outcome, stop: error } : outcome;
    }
  }

  async function sendTogether(unit: OutboxRow[]): Promise<DeliveryResult> {
    const urgency = urgencyOf(unit[0]!);
    batches.set(urgency, unit.length);
    const done: DeliveryResult = { settlements: [], attempts: [] };
    try {
      const outcomes = await sendBatch(connection, unit, (call) => done.attempts.push(record(unit, call)));
      for (const [index, { result, warnings }] of outcomes.entries()) {
        const row = unit[index]!;
        if (result.ok) done.settlements.push(deliveredOutcome(row, null, warnings));
        else done.settlements.push(failedOutcome(row, result.error, clock.now(), Math.random()));
        if (!result.ok && stopsLane(result.error)) done.stop = result.error;
      }
      return done;
    } finally {
      ended.push(urgency);
    }
  }

  function record(unit: OutboxRow[], { items, refused, status, ms, error }: BatchCall) {
    const accepted = refused === 0 ? 'accepted' : `${items.length - refused} of ${items.length} accepted`;
    return {
      started_at: clock.now() - Math.round(ms),
      duration_ms: Math.round(ms),
      call: 'POST /api/v2/batch',
      status,
      outcome: error?.failure ?? accepted,
      error: error?.message ?? null,
      action_ids: items.map((index) => unit[index]!.id),
    };
  }

  function onSettled(released: Destination[]): void {
    for (const urgency of ended) batches.delete(urgency);
    ended = [];
    options.onSettled(released);
  }

  return createLane({
    ...options,
    onSettled,
    connection: connection.name,
    owner: connection.owner,
    lane: 'customerio',
    concurrency: CONCURRENCY,
    /** For a whole batch, or past a live one under way. What comes live stands before any other. */
    get lookAhead() {
      return LOOK_AHEAD + (batches.size === 0 ? BATCH_ITEMS : (batches.get('live') ?? 0));
    },
    group: (due) => unitsOf(due, (urgency) => !batches.has(urgency)),
    send: (unit) => (unit.length === 1 ? sendAlone(unit[0]!) : sendTogether(unit)),
  });
}
