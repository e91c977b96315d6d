import { KOMMO_EFFECTS } from '../../../domain/actions/writes.ts';
import { kindNamed } from '../../../domain/actions.ts';
import { asDeliveryError, DeliveryError } from '../../../domain/errors.ts';
import type { FieldChange } from '../../../store/actions/later-reports.ts';
import { DeliveryRecord, type RecordClocks } from '../delivery-record.ts';
import { isAboutDestination } from '../destination-health.ts';
import type { DeliveryResult } from '../lane.ts';
import type { OutboxRow } from '../outbox.ts';
import { failedOutcome } from '../outcome.ts';
import { callOf } from './send.ts';
import { BatchWriter, type BatchWriterOptions } from './write-batch.ts';

/** The reads and writes of the delivery to Kommo besides the call itself. */
export interface KommoOutbox {
  /** Marks actions as being sent. @returns the ids of those that this process may send. */
  claim(actions: OutboxRow[]): Promise<Set<number>>;
  /** By the id of each outdated field change: the value that a later report has set. */
  laterReports(changes: FieldChange[]): Promise<Map<number, string>>;
  /** Kommo's ids of the tasks that reactions to these events have created, by event. */
  createdTasks(eventIds: number[]): Promise<Map<number, number>>;
  /** Asks Kommo. Kommo's id by the id of each action that was written although its call had no answer. */
  findWritten(actions: OutboxRow[]): Promise<Map<number, string>>;
}

export interface KommoDelivery extends BatchWriterOptions, RecordClocks {
  outbox: KommoOutbox;
}

/** Pauses the lane until the process learns that its lease is gone and stops the worker. */
const LEASE_LOST = new DeliveryError('throttled', 'Another process runs this connection now.');

/**
 * Delivers actions with the same call to Kommo: claims them, drops outdated field changes, reads back notes and tasks that
 * an earlier call without an answer may have written, and writes the remaining ones in one call (more if Kommo refuses a
 * part of them).
 *
 * Kommo has no idempotency key. Actions are marked before their call, so that notes and tasks whose call had no answer
 * are searched for in Kommo before they are written again.
 */
export async function deliverBatch(unit: OutboxRow[], delivery: KommoDelivery): Promise<DeliveryResult> {
  const record = new DeliveryRecord(delivery);
  const claimed = await claim(unit, delivery);
  if (claimed.length === 0) record.destinationError = LEASE_LOST;
  const wanted = await dropOutdated(claimed, delivery, record);
  const named = await nameTasks(wanted, delivery, record);
  const unwritten = await readBack(named, delivery, record);
  await new BatchWriter(delivery, record).writeAfter(claimed, unwritten);
  return record;
}

/** The actions that this process may send. Another process may have taken over the connection since they were fetched. */
async function claim(unit: OutboxRow[], { outbox }: KommoDelivery): Promise<OutboxRow[]> {
  const claimed = await outbox.claim(unit);
  return unit.filter(({ id }) => claimed.has(id));
}

/**
 * Drops field changes that a later report has overtaken: a failed change that is replayed days later must not undo an
 * opt-out.
 */
async function dropOutdated(
  actions: OutboxRow[],
  { outbox }: KommoDelivery,
  record: DeliveryRecord,
): Promise<OutboxRow[]> {
  const changes = actions.flatMap(({ id, payload }) => {
    const change = kindNamed(payload.kind).statusField?.(payload);
    return change ? [{ id, ...change }] : [];
  });
  const later = await outbox.laterReports(changes);
  for (const action of actions) {
    const value = later.get(action.id);
    if (value !== undefined) record.dropped(action, `A later report has set "${value}".`);
  }
  return actions.filter(({ id }) => !later.has(id));
}

/**
 * Puts Kommo's ids into the actions that close tasks. A task on the same deal was sent before: where there is none by now, it
 * was refused or discarded, so there is nothing to close.
 */
async function nameTasks(
  actions: OutboxRow[],
  { outbox }: KommoDelivery,
  record: DeliveryRecord,
): Promise<OutboxRow[]> {
  const eventIds = actions.flatMap(({ payload }) => (payload.kind === 'close_task' ? [payload.eventId] : []));
  if (eventIds.length === 0) return actions;
  const tasks = await outbox.createdTasks(eventIds);
  return actions.flatMap((action) => {
    const { payload } = action;
    if (payload.kind !== 'close_task') return [action];
    const taskId = tasks.get(payload.eventId);
    if (taskId !== undefined) return [{ ...action, payload: { ...payload, taskId } }];
    record.dropped(action, 'The task was not created, so there is none to close.');
    return [];
  });
}

/** Searches Kommo for notes and tasks that may have been written already. @returns the actions that were not written. */
async function readBack(
  actions: OutboxRow[],
  delivery: KommoDelivery,
  record: DeliveryRecord,
): Promise<OutboxRow[]> {
  const unsure = actions.filter(
    (action) => action.failure === 'unknown' && KOMMO_EFFECTS[callOf(action)] === 'create',
  );
  if (unsure.length === 0) return actions;
  const endCall = record.startCall(`read back: ${unsure[0]!.payload.kind}`, unsure);
  try {
    const written = await delivery.outbox.findWritten(unsure);
    endCall({ outcome: `${written.size} of ${unsure.length} found`, status: null });
    for (const action of unsure) {
      const id = written.get(action.id);
      if (id !== undefined) record.delivered(action, id);
    }
    return actions.filter(({ id }) => !written.has(id));
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    endCall({ failure: error });
    for (const action of unsure) keepUnknown(action, error, delivery, record);
    return actions.filter((action) => !unsure.includes(action));
  }
}

/** A read-back that failed leaves the outcome unknown, so that the next attempt reads back first, too. */
function keepUnknown(
  action: OutboxRow,
  error: DeliveryError,
  { clock, random }: RecordClocks,
  record: DeliveryRecord,
): void {
  const failure = isAboutDestination(error) ? error.failure : 'retryable';
  const { message, retryAfterMs } = error;
  const outcome = failedOutcome(
    action,
    { failure, code: null, message, retryAfterMs },
    clock.now(),
    random(),
  );
  record.outcomes.push({ ...outcome, failure: 'unknown' });
  if (isAboutDestination(error)) record.destinationError = error;
}
