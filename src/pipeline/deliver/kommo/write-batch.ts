import { KOMMO_EFFECTS } from '../../../domain/actions/writes.ts';
import { asDeliveryError, DeliveryError, type FailureCode } from '../../../domain/errors.ts';
import { KOMMO_ADDRESSES, refusalCode } from '../../../kommo/index.ts';
import type { Connection } from '../../connection.ts';
import type { DeliveryRecord } from '../delivery-record.ts';
import type { OutboxRow } from '../outbox.ts';
import { type BatchSize, priorityOf } from './batch.ts';
import { callOf, type PreparedAction, prepareActions, sendPrepared, type Written } from './send.ts';

const BEHIND_ANOTHER = new DeliveryError('throttled', 'Waiting for an earlier action on this deal.');
const NOT_MENTIONED = new DeliveryError('unknown', "Kommo's answer does not mention this item.");

export interface BatchWriterOptions {
  connection: Connection;
  batchSize: BatchSize;
}

/** Writes actions with the same call to Kommo, and splits a refused batch until only the refused items fail. */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #record: DeliveryRecord;

  constructor(options: BatchWriterOptions, record: DeliveryRecord) {
    this.#options = options;
    this.#record = record;
  }

  /**
   * Writes actions, except those that must wait for an earlier action on their deal that is to be retried. If the lane is
   * about to pause, all of them are postponed without using up an attempt.
   */
  async writeAfter(earlier: OutboxRow[], actions: OutboxRow[]): Promise<void> {
    const { destinationError } = this.#record;
    if (destinationError) return this.#postpone(actions, destinationError);
    const openDeals = new Set(
      earlier.filter((action) => this.#record.isOpen(action)).map(({ subject }) => subject),
    );
    this.#postpone(
      actions.filter(({ subject }) => openDeals.has(subject)),
      BEHIND_ANOTHER,
    );
    await this.#write(actions.filter(({ subject }) => !openDeals.has(subject)));
  }

  async #write(actions: OutboxRow[]): Promise<void> {
    const prepared = await this.#prepare(actions);
    for (const one of prepared) if (!one.ok) this.#refuse(one.action, one.error, one.code);
    const writable = prepared.filter((one) => one.ok);
    if (writable.length > 0) await this.#call(writable);
  }

  /** Looks up the actions' fields. A catalog that cannot be read fails them all, before anything was sent. */
  async #prepare(actions: OutboxRow[]): Promise<PreparedAction[]> {
    const endCall = this.#record.startCall('read the catalog', actions);
    try {
      return await prepareActions(this.#options.connection, actions);
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      endCall({ failure: error });
      this.#fail(actions, error);
      return [];
    }
  }

  async #call(prepared: Extract<PreparedAction, { ok: true }>[]): Promise<void> {
    const { connection, batchSize } = this.#options;
    const actions = prepared.map(({ action }) => action);
    const call = callOf(actions[0]!);
    const { method, path } = KOMMO_ADDRESSES[call];
    const endCall = this.#record.startCall(`${method} ${path}`, actions);
    try {
      const written = await sendPrepared(connection, prepared, { priority: priorityOf(actions) });
      endCall({ outcome: 'accepted', status: 200 });
      this.#accept(actions, written);
      batchSize.accepted(actions.length);
    } catch (thrown) {
      const error = writeError(thrown, call);
      endCall({ failure: error });
      if (error.status === 504 || error.status === 413) batchSize.tooLarge(actions.length);
      if (error.failure === 'permanent') await this.#splitRefused(actions, error);
      else this.#fail(actions, error);
    }
  }

  #accept(actions: OutboxRow[], written: Written): void {
    for (const [index, action] of actions.entries()) {
      const id = written.get(index);
      if (id === undefined) this.#record.failed(action, NOT_MENTIONED);
      else this.#record.delivered(action, String(id));
    }
  }

  /** The refused items that Kommo names become dead letters. If it names none, the batch is halved. */
  async #splitRefused(actions: OutboxRow[], error: DeliveryError): Promise<void> {
    const named = actions.filter((_, index) => error.items.has(index));
    for (const action of named) {
      const text = error.items.get(actions.indexOf(action))!;
      this.#refuse(action, text, refusalCode(text));
    }
    if (named.length > 0) {
      const others = actions.filter((action) => !named.includes(action));
      if (error.otherItems === 'unknown') this.#fail(others, new DeliveryError('unknown', error.message));
      else await this.#write(others);
    } else if (actions.length === 1) {
      this.#refuse(actions[0]!, error.message, refusalCode(error.message));
    } else {
      const [first, second] = halves(actions);
      await this.#write(first);
      await this.writeAfter(first, second);
    }
  }

  #refuse(action: OutboxRow, message: string, code: FailureCode | null): void {
    this.#record.failed(action, new DeliveryError('permanent', message, { code }));
  }

  /** The call failed, and no item is at fault. */
  #fail(actions: OutboxRow[], error: DeliveryError): void {
    for (const action of actions) this.#record.failed(action, error);
  }

  #postpone(actions: OutboxRow[], error: DeliveryError): void {
    for (const action of actions) this.#record.postponed(action, error);
  }
}

/** The client throws nothing but `DeliveryError`. After any other error, a bug, a note or task may have been written. */
function writeError(thrown: unknown, call: keyof typeof KOMMO_EFFECTS): DeliveryError {
  const error = asDeliveryError(thrown);
  if (thrown instanceof DeliveryError || KOMMO_EFFECTS[call] !== 'create') return error;
  return new DeliveryError('unknown', error.message, { cause: thrown });
}

function halves<T>(list: T[]): [T[], T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
