import { KOMMO_EFFECTS } from '../../../domain/actions/writes.ts';
import { asDeliveryError, DeliveryError, type FailureCode } from '../../../domain/errors.ts';
import { KOMMO_ADDRESSES, refusalCode } from '../../../kommo/index.ts';
import type { Connection } from '../../connection.ts';
import type { DeliveryRecord, RecordClocks } from '../delivery-record.ts';
import type { OutboxRow } from '../outbox.ts';
import { type BatchSize, priorityOf } from './batch.ts';
import { ENOUGH_REFUSED, type RefusalEvidence, type Verdict } from './refusal-evidence.ts';
import { actionOf, isShared, isUnexplained, remaining, type Writable, withRepair } from './refused-writes.ts';
import { callOf, type PreparedAction, prepareActions, sendPrepared, type Written } from './send.ts';

const BEHIND_ANOTHER = new DeliveryError('throttled', 'Waiting for an earlier action on this deal.');
const NOT_MENTIONED = new DeliveryError('unknown', "Kommo's answer does not mention this item.");

export interface BatchWriterOptions {
  connection: Connection;
  batchSize: BatchSize;
  evidence: RefusalEvidence;
  clock: RecordClocks['clock'];
}

/** A write that was refused alone, by an answer that says nothing about it. */
interface Suspect {
  one: Writable;
  error: DeliveryError;
}

/**
 * Writes actions with the same call to Kommo, and splits a refused batch until only the refused items fail. Refused writes
 * that can be repaired are written with less; refusals that name no item are judged at the end, by what else was accepted.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #record: DeliveryRecord;
  readonly #suspects: Suspect[] = [];
  /** Not sent, since all before them were refused. */
  #untried: Writable[] = [];
  #hasAccepted = false;
  /** Kommo does not know a field of the catalog any more. */
  #isCatalogOld = false;

  constructor(options: BatchWriterOptions, record: DeliveryRecord) {
    this.#options = options;
    this.#record = record;
  }

  /**
   * Writes actions, except those that must wait for an earlier action on their deal that is to be retried. If the lane is
   * about to pause, all of them are postponed without using up an attempt.
   */
  async writeAfter(earlier: OutboxRow[], actions: OutboxRow[]): Promise<void> {
    const free = new Set(this.#withoutWaiting(earlier, actions));
    const prepared = await this.#prepare(actions.filter((action) => free.has(action)));
    for (const one of prepared) if (!one.ok) this.#refuse(one.action, one.error, one.code);
    await this.#call(prepared.filter((one) => one.ok));
    await this.#judgeSuspects();
    // A field of the same name may be created next: what is retried then must have its id.
    if (this.#isCatalogOld) await this.#options.connection.refreshCatalog().catch(() => {});
  }

  /** Postpones the actions that must wait. @returns the others */
  #withoutWaiting(earlier: OutboxRow[], actions: OutboxRow[]): OutboxRow[] {
    const { destinationError } = this.#record;
    if (destinationError) {
      this.#postpone(actions, destinationError);
      return [];
    }
    const openDeals = new Set(
      earlier.filter((action) => this.#record.isOpen(action)).map(({ subject }) => subject),
    );
    this.#postpone(
      actions.filter(({ subject }) => openDeals.has(subject)),
      BEHIND_ANOTHER,
    );
    return actions.filter(({ subject }) => !openDeals.has(subject));
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

  async #call(prepared: Writable[]): Promise<void> {
    if (prepared.length === 0) return;
    const { connection, batchSize } = this.#options;
    const actions = prepared.map(actionOf);
    const call = callOf(actions[0]!);
    const { method, path } = KOMMO_ADDRESSES[call];
    const endCall = this.#record.startCall(`${method} ${path}`, actions);
    try {
      const written = await sendPrepared(connection, prepared, { priority: priorityOf(actions) });
      endCall({ outcome: 'accepted', status: 200 });
      this.#accept(prepared, written);
      batchSize.accepted(actions.length);
    } catch (thrown) {
      const error = writeError(thrown, call);
      endCall({ failure: error });
      if (error.status === 504 || error.status === 413) batchSize.tooLarge(actions.length);
      if (error.failure === 'permanent') await this.#splitRefused(prepared, error);
      else this.#fail(actions, error);
    }
  }

  #accept(prepared: Writable[], written: Written): void {
    this.#hasAccepted = true;
    this.#options.evidence.accepted(callOf(actionOf(prepared[0]!)), this.#options.clock.now());
    for (const [index, { action, warnings }] of prepared.entries()) {
      const id = written.get(index);
      if (id === undefined) this.#record.failed(action, NOT_MENTIONED);
      else this.#record.delivered(action, String(id), warnings);
    }
  }

  /** The refused items that Kommo names are repaired, or become dead letters. If it names none, the batch is halved. */
  async #splitRefused(prepared: Writable[], error: DeliveryError): Promise<void> {
    if (error.items.size > 0) await this.#withoutRefused(prepared, error);
    else if (prepared.length === 1) await this.#refusedAlone(prepared[0]!, error);
    else {
      const [first, second] = halves(prepared);
      await this.#call(first);
      await this.#callAfter(first, second);
    }
  }

  async #withoutRefused(prepared: Writable[], error: DeliveryError): Promise<void> {
    const blamed = prepared.flatMap((one, index) => {
      const complaint = error.items.get(index);
      return complaint === undefined ? [] : [{ one, complaint }];
    });
    const others = prepared.filter((_, index) => !error.items.has(index));
    const again: Writable[] = [];
    // A complaint about a deal names no action where several change that deal by one item: each is then written alone. What
    // can be repaired keeps its place, since it is written before later actions on its deal.
    const shared = blamed.filter(
      (each) => withRepair(each.one, each.complaint) === null && isShared(each, blamed),
    );
    for (const { one, complaint } of blamed.filter((each) => !shared.includes(each))) {
      const repaired = withRepair(one, complaint);
      if (repaired) again.push(repaired);
      else this.#refuse(one.action, complaint, refusalCode(complaint));
    }
    if (error.otherItems === 'unknown') {
      this.#fail(others.map(actionOf), new DeliveryError('unknown', error.message));
      await this.#call(again);
    } else await this.#call(prepared.flatMap((one) => remaining(one, others, again)));
    for (const { one } of shared) await this.#callAfter([], [one]);
  }

  /** Calls for the second part of a batch that was split. */
  async #callAfter(first: Writable[], second: Writable[]): Promise<void> {
    if (!this.#hasAccepted && this.#suspects.length >= ENOUGH_REFUSED) {
      this.#untried.push(...second);
      return;
    }
    const free = new Set(this.#withoutWaiting(first.map(actionOf), second.map(actionOf)));
    await this.#call(second.filter(({ action }) => free.has(action)));
  }

  async #refusedAlone(one: Writable, error: DeliveryError): Promise<void> {
    const repaired = withRepair(one, error.message);
    if (repaired) await this.#call([repaired]);
    else if (!isUnexplained(error)) this.#refuse(one.action, error.message, refusalCode(error.message));
    else {
      this.#options.evidence.refused(one.action.id, this.#options.clock.now());
      this.#suspects.push({ one, error });
    }
  }

  /** Tells trouble of the account from an item's fault, where Kommo has refused single writes without naming them. */
  async #judgeSuspects(): Promise<void> {
    await this.#tryLast();
    const [first] = this.#suspects;
    if (!first) return;
    const read = this.#hasAccepted ? 'found' : await this.#readDeal(first.one);
    for (const { one, error } of this.#suspects) {
      const verdict = this.#verdict(one, error, read);
      if (verdict === 'item') this.#refuse(one.action, error.message, refusalCode(error.message));
      else if (verdict === 'unsure')
        this.#record.failed(one.action, new DeliveryError('retryable', error.message));
      else this.#record.failed(one.action, this.#record.destinationError ?? this.#accountTrouble(error));
    }
    this.#postpone(this.#untried.map(actionOf), this.#record.destinationError ?? BEHIND_ANOTHER);
  }

  /**
   * After several refusals the newest of the remaining writes decides: it is refused, too, where the account is in trouble, and
   * not where the earlier ones are at fault. Without it a few bad writes at the head would hold up all others.
   */
  async #tryLast(): Promise<void> {
    const last = this.#untried.pop();
    if (!last) return;
    await this.#call([last]);
    if (!this.#hasAccepted) return;
    const rest = this.#untried;
    this.#untried = [];
    await this.#call(rest);
  }

  #verdict(one: Writable, { message }: DeliveryError, read: 'found' | 'absent' | 'refused'): Verdict {
    if (this.#hasAccepted || read === 'absent') return 'item';
    if (this.#suspects.length > ENOUGH_REFUSED) return 'account';
    return this.#options.evidence.verdict(one.action.id, callOf(one.action), message, read === 'found');
  }

  /** A harmless call: whether Kommo answers it tells an item's trouble from the account's. */
  async #readDeal({ write }: Writable): Promise<'found' | 'absent' | 'refused'> {
    const { dealId } = write.input;
    try {
      const deals = await this.#options.connection.kommo.deals([dealId], { priority: 'retry' });
      return deals.has(dealId) ? 'found' : 'absent';
    } catch {
      return 'refused';
    }
  }

  #accountTrouble({ message, status }: DeliveryError): DeliveryError {
    const text = `Kommo answers every call with ${status} and names no item, so the account itself is in trouble (payment, maintenance or a fault at Kommo). Nothing is lost: delivery waits and tries again. Look into Kommo, and ask its support if it works there. ${message}`;
    return new DeliveryError('throttled', text, {
      status,
      retryAfterMs: this.#options.evidence.nextPauseMs(),
    });
  }

  #refuse(action: OutboxRow, message: string, code: FailureCode | null): void {
    if (code === 'field_missing') this.#isCatalogOld = true;
    if (action.payload.kind === 'close_task' && code === 'deal_not_found') {
      this.#record.dropped(action, 'The task does not exist in Kommo any more, so there is none to close.');
      return;
    }
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
