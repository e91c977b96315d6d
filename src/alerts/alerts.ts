import type { Logger } from 'pino';
import type { AlertsConfig, ReceiverConfig } from '../config/index.ts';
import type { AlertRecord, Mute, Notice, ReceiverState } from '../domain/alerts.ts';
import type { Health } from '../health/health.ts';
import { EarliestTimer, type TimerClock } from '../lib/earliest-timer.ts';
import { readConditions, readNotices } from '../store/alerts/conditions.ts';
import { readMutes, readReceivers, readRecords } from '../store/alerts/receivers.ts';
import type { Db } from '../store/database/database.ts';
import { type KommoOf, openChannel, targetText } from './channels/open-channel.ts';
import { DatabaseOutage } from './database-outage.ts';
import { AlertEvaluator } from './evaluator.ts';
import { NEW_RECEIVER } from './receiver-state.ts';
import { AlertSender, type Receiver } from './sender.ts';

export interface AlertsOptions {
  config: AlertsConfig;
  /** The names of all connections, which may change. */
  connections(): string[];
  db: Db;
  /** The judgement of health, of all processes together; null while it is not known yet. */
  health(): Health | null;
  kommoOf: KommoOf;
  publicUrl(): string | null;
  /** The unique name of this process. */
  owner: string;
  clock: TimerClock;
  log: Logger;
}

/** How often health is compared with what was announced, and due messages are sent, ms. */
const EVERY_MS = 5_000;

/** A receiver as the console shows it. */
export interface ReceiverView {
  name: string;
  kind: ReceiverConfig['kind'];
  /** Without secrets. */
  target: string;
  levels: ReceiverConfig['levels'];
  topics: ReceiverConfig['topics'];
  connections: string[] | null;
  state: ReceiverState;
  /** Changes that it is to be told and was not. */
  waiting: Notice[];
}

export interface AlertsView {
  receivers: ReceiverView[];
  mutes: Mute[];
  /** The newest first. */
  messages: AlertRecord[];
  /** What can be muted: what a receiver was told, or is to be told, and still lasts. */
  open: { code: string; connection: string | null; light: 'warning' | 'broken'; message: string }[];
}

/**
 * Tells people when something is wrong and when it is right again. `idle` without receivers; `running` between `start` and
 * `stop`: evaluates and sends every few seconds; `stopped` for good.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #evaluator: AlertEvaluator;
  readonly #sender: AlertSender;
  readonly #outage: DatabaseOutage;
  readonly #timer: EarliestTimer;
  #state: 'idle' | 'running' | 'stopped' = 'idle';
  #round: Promise<void> = Promise.resolve();

  constructor(options: AlertsOptions) {
    const { config, connections, db, health, kommoOf, publicUrl, owner, clock, log } = options;
    this.#options = options;
    const now = () => clock.now();
    const routes = config.receivers;
    this.#evaluator = new AlertEvaluator({
      ...{ db, routes, connections, limits: config.limits, health, owner, now, log },
    });
    const receivers = config.receivers.map((receiver) => openReceiver(receiver, kommoOf));
    this.#sender = new AlertSender({ db, receivers, owner, publicUrl, now, log });
    this.#outage = new DatabaseOutage((notice) => this.#sender.sendDirect(notice));
    this.#timer = new EarliestTimer(clock, () => this.#run());
  }

  start(): void {
    if (this.#options.config.receivers.length === 0 || this.#state !== 'idle') return;
    this.#state = 'running';
    this.#wait();
  }

  /** Cuts off attempts under way: what they were to tell is sent after the next start. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#timer.stop();
    this.#sender.stop();
    await this.#round;
    await this.#evaluator.release();
  }

  /**
   * Sends a test message to a receiver.
   * @param visible whether the sender may see a connection
   * @returns its record with the outcome; null where there is no such receiver, or it is not for what the sender may see
   */
  async test(receiver: string, visible: (connection: string) => boolean): Promise<AlertRecord | null> {
    const found = this.#options.config.receivers.find(({ name }) => name === receiver);
    return found && concerns(found, visible) ? this.#sender.sendTest(receiver) : null;
  }

  /** @param visible whether the reader may see a connection; null stands for the whole installation */
  async view(visible: (connection: string | null) => boolean, limit: number): Promise<AlertsView> {
    const { config, db, clock } = this.#options;
    const shown = config.receivers.filter((receiver) => concerns(receiver, visible));
    const names = shown.map(({ name }) => name);
    const [stored, conditions, states, mutes, messages] = await Promise.all([
      readNotices(db, names),
      readConditions(db),
      readReceivers(db, names),
      readMutes(db, clock.now()),
      readRecords(db, names, limit),
    ]);
    const notices = stored.map(({ notice }) => notice).filter(({ connection }) => visible(connection));
    // The end of a problem that comes and goes is told later, and a page that showed it until then would contradict the lights.
    const over = new Set(conditions.filter(({ light }) => light === 'ok').map(({ key }) => key));
    const open = new Map(notices.map((notice) => [notice.key, notice]));
    return {
      receivers: shown.map((receiver) => ({
        ...{ name: receiver.name, kind: receiver.kind, target: targetText(receiver) },
        ...{ levels: receiver.levels, topics: receiver.topics },
        connections: receiver.connections === null ? null : receiver.connections.filter(visible),
        state: states.get(receiver.name) ?? NEW_RECEIVER,
        waiting: notices.filter(
          (notice) => notice.receiver === receiver.name && notice.waitingSince !== null,
        ),
      })),
      mutes: mutes.filter(({ connection }) => visible(connection)),
      messages: messages.filter(({ connections }) => connections.every(visible)),
      open: [...open.values()].flatMap(({ key, code, connection, light, message }) =>
        light === 'ok' || over.has(key) ? [] : [{ code, connection, light, message }],
      ),
    };
  }

  #wait(): void {
    if (this.#state === 'running') this.#timer.fireNoLaterThan(this.#options.clock.now() + EVERY_MS);
  }

  #run(): void {
    this.#round = this.runOnce().then(() => this.#wait());
  }

  /** One evaluation and one round of sending. Never rejects. */
  async runOnce(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await this.#evaluator.evaluate();
      await this.#sender.sendDue();
      await this.#outage.answered(clock.now());
    } catch (error) {
      if (this.#state === 'stopped') return;
      log.error({ err: error }, 'the alerts could not be evaluated or sent; they are tried again');
      await this.#outage.failed(clock.now());
    }
  }
}

function openReceiver(receiver: ReceiverConfig, kommoOf: KommoOf): Receiver {
  return {
    name: receiver.name,
    channel: openChannel(receiver, kommoOf),
    canSend: () => receiver.kind !== 'kommo_task' || kommoOf(receiver.connection) !== null,
    unsendable:
      receiver.kind === 'kommo_task'
        ? `The connection "${receiver.connection}" does not run, so Kommo cannot be called.`
        : '',
  };
}

/** Whether a receiver is for somebody who may see these connections. A task would be made in the connection's account. */
function concerns(receiver: ReceiverConfig, visible: (connection: string) => boolean): boolean {
  if (receiver.kind === 'kommo_task' && !visible(receiver.connection)) return false;
  return receiver.connections === null || receiver.connections.some(visible);
}
