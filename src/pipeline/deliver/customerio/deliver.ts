import { type BatchCall, CUSTOMERIO_CALLS } from '../../../customerio/index.ts';
import { asDeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import type { DeliveryRecord } from '../delivery-record.ts';
import type { DeliveryResult } from '../lane.ts';
import type { OutboxRow } from '../outbox.ts';
import { sendBatch, sendOne, writeOf } from './send.ts';

type Track = Pick<Connection, 'track'>;

/**
 * Delivers an action by a call of its own and, right after its answer, the actions that waited for it: the event of the
 * person who has just been identified.
 */
export async function deliverInOrder(
  track: Track,
  action: OutboxRow,
  record: DeliveryRecord,
): Promise<DeliveryResult> {
  for (const next of [action, ...(action.followers ?? [])]) {
    await deliverOne(track, next, record);
    if (record.outcomes.at(-1)!.state !== 'done') break;
  }
  return record;
}

async function deliverOne(track: Track, action: OutboxRow, record: DeliveryRecord): Promise<void> {
  const endCall = record.startCall(CUSTOMERIO_CALLS[writeOf(action).call], [action]);
  try {
    const warnings = await sendOne(track, action);
    endCall({ outcome: 'accepted', status: 200 });
    record.delivered(action, null, warnings);
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    endCall({ failure: error });
    record.failed(action, error);
  }
}

/** Delivers the actions of different people by batches. */
export async function deliverTogether(
  track: Track,
  unit: OutboxRow[],
  record: DeliveryRecord,
): Promise<DeliveryResult> {
  const results = await sendBatch(track, unit, (call) => recordBatch(unit, call, record));
  for (const [index, { result, warnings }] of results.entries()) {
    const action = unit[index]!;
    if (result.ok) record.delivered(action, null, warnings);
    else record.failed(action, result.error);
  }
  return record;
}

function recordBatch(unit: OutboxRow[], call: BatchCall, record: DeliveryRecord): void {
  const { items, refused, status, ms, error } = call;
  const accepted = refused === 0 ? 'accepted' : `${items.length - refused} of ${items.length} accepted`;
  const actions = items.map((index) => unit[index]!);
  const end = error ? { failure: error } : { outcome: accepted, status };
  record.startCall('POST /api/v2/batch', actions, ms)(end);
}
