import { type BatchCall, customerioCall } from '../../../customerio/index.ts';
import type { Action, ActionOf } from '../../../domain/actions.ts';
import { CAMPAIGN_AGE_S } from '../../../domain/campaign-settings.ts';
import { asDeliveryError, mayAnswerLater } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import type { DeliveryRecord } from '../delivery-record.ts';
import type { DeliveryResult } from '../lane.ts';
import type { OutboxRow } from '../outbox.ts';
import { type ProfileOptions, prepareProfileChange } from './profile-changes.ts';
import { sendBatch, sendOne, writeOf } from './send.ts';
import { liftSuppression, refusedLift } from './suppression-lift.ts';

export interface DeliverOptions extends ProfileOptions {
  connection: Pick<Connection, 'name' | 'track' | 'app'>;
  clock: { now(): number };
}

/**
 * Delivers an action by a call of its own and, right after its answer, the actions that waited for it: the event of the
 * person who has just been identified.
 */
export async function deliverInOrder(
  options: DeliverOptions,
  action: OutboxRow,
  record: DeliveryRecord,
): Promise<DeliveryResult> {
  for (const next of [action, ...(action.followers ?? [])]) {
    await deliverOne(options, next, record);
    if (record.outcomes.at(-1)!.state !== 'done') break;
  }
  return record;
}

async function deliverOne(
  options: DeliverOptions,
  planned: OutboxRow,
  record: DeliveryRecord,
): Promise<void> {
  const { payload } = planned;
  if (payload.kind === 'lift_suppression') return lift(options, planned, payload, record);
  const prepared = await prepare(options, planned, record);
  if (prepared === null) return;
  const action = { ...planned, payload: prepared };
  const endCall = record.startCall(customerioCall(writeOf(action)), [action]);
  try {
    const warnings = await sendOne(options.connection, action);
    endCall({ outcome: 'accepted', status: 200 });
    record.delivered(action, null, [...warnings, ...lateness(action, options.clock.now())]);
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    endCall({ failure: error });
    if (action.payload.kind === 'change_email' && error.status === 400) record.dropped(action, error.message);
    else record.failed(action, error);
  }
}

/** By the App API, which must stop no delivery: while it does not answer, the action is tried again later. */
async function lift(
  { connection }: DeliverOptions,
  planned: OutboxRow,
  payload: ActionOf<'lift_suppression'>,
  record: DeliveryRecord,
): Promise<void> {
  const endCall = connection.app ? record.startCall(customerioCall(writeOf(planned)), [planned]) : null;
  try {
    const { isLifted, sentence } = await liftSuppression(payload, connection.app);
    endCall?.({ outcome: 'accepted', status: 200 });
    if (isLifted) record.delivered(planned, null, [sentence]);
    else record.dropped(planned, sentence);
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    endCall?.({ failure: error });
    if (mayAnswerLater(error)) record.postponed(planned, error);
    else record.dropped(planned, refusedLift(payload, error));
  }
}

/** The action to send; null where its outcome is recorded already. */
async function prepare(
  options: DeliverOptions,
  action: OutboxRow,
  record: DeliveryRecord,
): Promise<Action | null> {
  try {
    const prepared = await prepareProfileChange(action.payload, { ...options, attempts: action.attempts });
    if ('action' in prepared) return prepared.action;
    record.dropped(action, prepared.dropped);
  } catch (thrown) {
    record.postponed(action, asDeliveryError(thrown));
  }
  return null;
}

/** An update is late that is sent more than this after Kommo was read. */
const LATE_S = 60;

/** What comes of sending an action late: nothing in Customer.io's answer says so. */
function lateness({ payload }: OutboxRow, now: number): string[] {
  if (payload.kind !== 'identify' && payload.kind !== 'track') return [];
  const seconds = Math.floor(now / 1000) - payload.timestamp;
  if (payload.kind === 'track')
    return seconds > CAMPAIGN_AGE_S
      ? [
          `Sent ${hours(seconds)} after it happened: Customer.io starts no campaign for an event older than 72 hours.`,
        ]
      : [];
  if (seconds <= LATE_S) return [];
  const delay = seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : hours(seconds);
  return [
    `Sent ${delay} after Kommo was read, with the time of the reading: Customer.io keeps an attribute that somebody else has set since then.`,
  ];
}

const hours = (seconds: number) => `${Math.round(seconds / 3600)} hours`;

/** Delivers the actions of different people by batches. */
export async function deliverTogether(
  { connection, clock }: DeliverOptions,
  unit: OutboxRow[],
  record: DeliveryRecord,
): Promise<DeliveryResult> {
  const results = await sendBatch(connection, unit, (call) => recordBatch(unit, call, record));
  for (const [index, { result, warnings }] of results.entries()) {
    const action = unit[index]!;
    if (result.ok) record.delivered(action, null, [...warnings, ...lateness(action, clock.now())]);
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
