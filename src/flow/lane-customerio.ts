import { checkIdentifier, fitAttributes, fitEvent } from '../customerio/index.ts';
import type { CustomerioAction } from '../rules/actions.ts';
import { DeliveryError } from '../rules/failures.ts';
import type { Connection } from './connection.ts';
import {
  asDeliveryError,
  createLane,
  type Delivered,
  type Lane,
  type LaneOptions,
  type OutboxRow,
  stopsLane,
} from './lane.ts';
import { delivered, failed } from './settlement.ts';

/** Calls to Customer.io under way at once. It allows 1000 a second; our order is per person. */
const CONCURRENCY = 32;

type Options = Pick<LaneOptions, 'db' | 'clock' | 'log' | 'onSettled'> & { connection: Connection };

/**
 * Delivers to Customer.io: one call for one action, many persons at once, one person's actions in
 * order. Every call may be repeated: an identify is stamped, an event carries its ULID.
 */
export function createCustomerioLane({ connection, ...options }: Options): Lane {
  const { clock } = options;

  async function send([action]: OutboxRow[]): Promise<Delivered> {
    const row = action!;
    const startedAt = clock.now();
    const started = performance.now();
    const attempt = (outcome: string, error: DeliveryError | null, status: number | null) => ({
      started_at: startedAt,
      duration_ms: Math.round(performance.now() - started),
      call:
        row.kind === 'identify' ? 'PUT /api/v1/customers/{person}' : 'POST /api/v1/customers/{person}/events',
      status,
      outcome,
      error: error?.message ?? null,
      action_ids: [row.id],
    });
    try {
      const warnings = await call(connection, row.payload as CustomerioAction, row.ulid);
      return { settlements: [delivered(row, null, warnings)], attempts: [attempt('accepted', null, 200)] };
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      const settlement = failed(row, error, clock.now(), Math.random());
      const outcome = { settlements: [settlement], attempts: [attempt(error.failure, error, error.status)] };
      return stopsLane(error) ? { ...outcome, stop: error } : outcome;
    }
  }

  return createLane({
    ...options,
    connection: connection.name,
    owner: connection.owner,
    lane: 'customerio',
    concurrency: CONCURRENCY,
    lookAhead: 4 * CONCURRENCY,
    group: firstOfEach,
    send,
  });
}

/** One unit per person: its oldest action. */
function firstOfEach(due: OutboxRow[]): OutboxRow[][] {
  const first = new Map<string, OutboxRow>();
  for (const action of due) if (!first.has(action.subject)) first.set(action.subject, action);
  return [...first.values()].map((action) => [action]);
}

/** @returns warnings about what had to be cut to Customer.io's limits. */
async function call(connection: Connection, action: CustomerioAction, ulid: string): Promise<string[]> {
  const identifier = checkIdentifier(action.person);
  if (!identifier.ok) throw new DeliveryError('reject', identifier.reason);
  if (action.kind === 'identify') {
    const { attributes, warnings } = fitAttributes(action.attributes);
    await connection.track.identify(action.person, attributes, action.timestamp);
    return warnings;
  }
  const { name, data, warnings } = fitEvent(action.name, action.data);
  await connection.track.track(action.person, { id: ulid, name, data, timestamp: action.timestamp });
  return warnings;
}
