import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AlertMessage, AlertRecord, Mute, Notice, ReceiverState } from '../domain/alerts.ts';
import {
  lockConditions,
  readNotices,
  removeNotices,
  type StoredNotice,
  saveNotices,
} from '../store/alerts/conditions.ts';
import {
  readMutes,
  readReceivers,
  releaseLease,
  saveReceiver,
  saveRecord,
  takeLease,
} from '../store/alerts/receivers.ts';
import type { Db } from '../store/database/database.ts';
import { AlertError, type Channel } from './channels/channel.ts';
import { messageOf, testMessage } from './message.ts';
import { afterDelivery, afterOlderDelivery, dispositionOf, noticesInstead } from './notices.ts';
import { FAILING_FROM } from './observe.ts';
import { afterFailure, contentOf, NEW_RECEIVER, recordOf } from './receiver-state.ts';

/** How long one attempt may take, ms. */
export const ATTEMPT_MS = 20_000;
/** How long a process may work on a receiver, ms: longer than an attempt. */
const LEASE_MS = 60_000;
/** Messages to one receiver are at least this far apart, ms: what changes in between is part of the next one. */
export const MIN_GAP_MS = 60_000;
/** A receiver that no process can send to for this long, ms, counts as failing: its connection does not run anywhere. */
const UNSENDABLE_MS = 3 * 60_000;
export interface Receiver {
  name: string;
  channel: Channel;
  /** Whether this process can send to it now. */
  canSend(): boolean;
  /** A sentence: why no process can send to it. */
  unsendable: string;
}

export interface SenderOptions {
  db: Db;
  receivers: readonly Receiver[];
  /** The unique name of this process. */
  owner: string;
  publicUrl(): string | null;
  now(): number;
  newId?: () => string;
  log: Logger;
}

/** What a receiver is to be sent, from one reading of the database. */
interface Work {
  mutes: Mute[];
  stored: StoredNotice[];
  states: Map<string, ReceiverState>;
}

/** Sends what the receivers are to be told, in one process of a fleet at a time for each receiver. */
export class AlertSender {
  readonly #options: SenderOptions;
  readonly #newId: () => string;
  readonly #stop = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#newId = options.newId ?? randomUUID;
  }

  /** Sends everything that is due. Never rejects because of a receiver. */
  async sendDue(): Promise<void> {
    const { receivers, now } = this.#options;
    const work = await this.#notifyInstead(await this.#read());
    const due = receivers.filter(({ name }) => this.#isDue(name, work, now()));
    // Only the first time: later attempts are for the process that can send.
    const isStuck = ({ name }: Receiver) =>
      !work.states.get(name)?.failures && this.#oldestOf(name, work) <= now() - UNSENDABLE_MS;
    await Promise.all(
      due
        .filter((receiver) => receiver.canSend() || isStuck(receiver))
        .map((receiver) => this.#sendLeased(receiver)),
    );
  }

  /**
   * Sends a message about what the database cannot keep: that it does not answer. Each process sends its own.
   * @returns whether any receiver has accepted it
   */
  async sendDirect(notice: Omit<Notice, 'receiver'>): Promise<boolean> {
    const receivers = this.#options.receivers.filter(({ canSend }) => canSend());
    const errors = await Promise.all(
      receivers.map(({ name, channel }) => {
        const message = messageOf([{ ...notice, receiver: name }], this.#about(name, this.#newId()));
        return this.#attempt(channel, message, false);
      }),
    );
    return errors.includes(null);
  }

  /** Sends a test message now. @returns its record, with the outcome */
  async sendTest(name: string): Promise<AlertRecord | null> {
    const { receivers, now, db } = this.#options;
    const receiver = receivers.find((each) => each.name === name);
    if (!receiver) return null;
    const message = testMessage(this.#about(name, this.#newId()));
    const error = await this.#attempt(receiver.channel, message, false);
    const record = recordOf(message, error, 1, now());
    await saveRecord(db, record);
    return record;
  }

  /** Ends attempts under way. */
  stop(): void {
    this.#stop.abort();
  }

  async #read(db = this.#options.db): Promise<Work> {
    const { receivers, now } = this.#options;
    const names = receivers.map(({ name }) => name);
    const [mutes, stored, states] = await Promise.all([
      readMutes(db, now()),
      readNotices(db, names),
      readReceivers(db, names),
    ]);
    return { mutes, stored, states };
  }

  #isDue(name: string, { mutes, stored, states }: Work, now: number): boolean {
    const { nextAttemptAt } = states.get(name) ?? NEW_RECEIVER;
    if (nextAttemptAt > now || this.#stop.signal.aborted) return false;
    return stored.some(
      ({ notice }) => notice.receiver === name && dispositionOf(notice, mutes, now) !== 'keep',
    );
  }

  /** Tells the others at once of what is new to a receiver that fails, long before its next attempt. */
  async #notifyInstead(work: Work): Promise<Work> {
    const failing = [...work.states].filter(([, { failures }]) => failures >= FAILING_FROM);
    if (failing.every(([name]) => this.#instead(name, work).length === 0)) return work;
    await this.#options.db.transaction().execute(async (trx) => {
      await lockConditions(trx);
      for (const [name] of failing) await this.#notifyOthers(trx, name);
    });
    return this.#read();
  }

  #instead(failing: string, { stored, states, mutes }: Work): Notice[] {
    const { receivers, now } = this.#options;
    const reachable = receivers
      .map(({ name }) => name)
      .filter((name) => (states.get(name)?.failures ?? 0) < FAILING_FROM);
    const notices = stored.map(({ notice }) => notice);
    return noticesInstead(failing, notices, reachable, mutes, now());
  }

  /** Since when the oldest change waits for this receiver, ms. */
  #oldestOf(name: string, { stored }: Work): number {
    const own = stored.filter(({ notice }) => notice.receiver === name);
    return Math.min(...own.map(({ notice }) => notice.waitingSince ?? Number.POSITIVE_INFINITY));
  }

  async #sendLeased(receiver: Receiver): Promise<void> {
    const { db, owner, log } = this.#options;
    const name = `send:${receiver.name}`;
    // One lease for each attempt: even within a process two attempts at once would send the same twice.
    const holder = `${owner}:${this.#newId()}`;
    if (!(await takeLease(db, name, holder, LEASE_MS))) return;
    try {
      await this.#send(receiver);
    } catch (error) {
      log.error({ err: error, receiver: receiver.name }, 'an alert could not be sent');
    } finally {
      await releaseLease(db, name, holder);
    }
  }

  async #send({ name, channel, canSend, unsendable }: Receiver): Promise<void> {
    const { db, now } = this.#options;
    // Read again: another process may have sent since.
    const work = await this.#read();
    if (!this.#isDue(name, work, now())) return;
    const own = work.stored.filter(({ notice }) => notice.receiver === name);
    const withDisposition = (wanted: string) =>
      own.filter(({ notice }) => dispositionOf(notice, work.mutes, now()) === wanted);
    await removeNotices(
      db,
      withDisposition('drop').map(({ notice }) => notice),
    );
    const sent = withDisposition('send');
    if (sent.length === 0) return;
    const before = work.states.get(name) ?? NEW_RECEIVER;
    const content = contentOf(sent.map(({ notice }) => notice));
    const isSame = before.content === content && before.messageId !== null;
    const message = messageOf(
      sent.map(({ notice }) => notice),
      this.#about(name, isSame ? before.messageId! : this.#newId()),
    );
    // Before the attempt, so that after a crash in the middle of it the same content has the same id.
    if (!isSame) await saveReceiver(db, name, { ...before, messageId: message.id, content });
    const error = canSend()
      ? await this.#attempt(channel, message, isSame)
      : new AlertError(unsendable, { isPermanent: true });
    if (error) await this.#failed(name, message, { error, before, content, isSame });
    else await this.#delivered(name, message, sent, isSame ? before.failures + 1 : 1);
  }

  /** @returns null where the receiver has accepted the message */
  async #attempt(channel: Channel, message: AlertMessage, isRepeated: boolean): Promise<AlertError | null> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ATTEMPT_MS)]);
    try {
      await channel.send(message, { signal, isRepeated });
      return null;
    } catch (error) {
      if (error instanceof AlertError) return error;
      this.#options.log.error({ err: error, receiver: message.receiver }, 'a channel of alerts has failed');
      return new AlertError('Stagepost could not send the message. Its log has the details.', {
        cause: error,
      });
    }
  }

  async #delivered(
    name: string,
    message: AlertMessage,
    sent: StoredNotice[],
    attempts: number,
  ): Promise<void> {
    const { db, now, log } = this.#options;
    await db.transaction().execute(async (trx) => {
      await lockConditions(trx);
      await saveReceiver(trx, name, {
        ...NEW_RECEIVER,
        lastDeliveredAt: now(),
        nextAttemptAt: now() + MIN_GAP_MS,
      });
      await saveRecord(trx, recordOf(message, null, attempts, now()));
      const current = new Map((await readNotices(trx, [name])).map((each) => [each.notice.key, each]));
      for (const { notice, version } of sent) {
        const found = current.get(notice.key);
        if (!found) continue;
        const isUnchanged = found.version === version;
        const after = isUnchanged
          ? afterDelivery(found.notice, now())
          : afterOlderDelivery(found.notice, notice, now());
        if (after) await saveNotices(trx, [after]);
        else await removeNotices(trx, [notice]);
      }
    });
    log.info({ receiver: name, level: message.level, items: message.items.length }, 'an alert was delivered');
  }

  async #failed(
    name: string,
    message: AlertMessage,
    attempt: { error: AlertError; before: ReceiverState; content: string; isSame: boolean },
  ): Promise<void> {
    const { db, now, log } = this.#options;
    const { error, before, content, isSame } = attempt;
    // At the end of the process an attempt is cut off, which says nothing about the receiver.
    if (this.#stop.signal.aborted) return;
    const after = afterFailure(before, error, { id: message.id, content }, now());
    await db.transaction().execute(async (trx) => {
      await lockConditions(trx);
      await saveReceiver(trx, name, after);
      await saveRecord(trx, recordOf(message, error, isSame ? before.failures + 1 : 1, now()));
      if (after.failures >= FAILING_FROM) await this.#notifyOthers(trx, name);
    });
    log.warn(
      { receiver: name, failures: after.failures, reason: error.message },
      'an alert could not be delivered; it is retried',
    );
  }

  /** Tells the other receivers what nobody knows of, because this one cannot be reached. */
  async #notifyOthers(trx: Db, failing: string): Promise<void> {
    await saveNotices(trx, this.#instead(failing, await this.#read(trx)));
  }

  #about(receiver: string, id: string) {
    return { id, receiver, now: this.#options.now(), publicUrl: this.#options.publicUrl() };
  }
}
