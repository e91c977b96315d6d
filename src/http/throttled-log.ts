import type { FastifyBaseLogger } from 'fastify';
import { EventThrottle } from '../lib/event-throttle.ts';
import { networksOf } from './auth/network.ts';

/** Something that anybody can make happen any number of times. */
export interface LogEvent {
  /** What is counted together, with the sender's network. */
  kind: string;
  /** The sender's address. */
  address: string;
  /** The line of the log. */
  message: string;
  level?: 'warn' | 'error';
  fields?: Record<string, unknown>;
}

export interface ThrottledLogOptions {
  log: FastifyBaseLogger;
  /** In ms; may be monotonic. */
  now(): number;
}

const EVERY_MS = 60_000;
/** Lines a minute of all kinds and senders together, and one for all further ones. */
const MAX_LINES = 60;

/** Logs refusals: the first of each kind and network at once, then one line a minute with their number. */
export class ThrottledLog {
  readonly #log: FastifyBaseLogger;
  readonly #throttle: EventThrottle;
  /** Of each key with refusals that are counted but not logged yet. */
  readonly #latest = new Map<string, LogEvent>();
  readonly #timer: NodeJS.Timeout;

  constructor({ log, now }: ThrottledLogOptions) {
    this.#log = log;
    this.#throttle = new EventThrottle({ everyMs: EVERY_MS, maxKeys: MAX_LINES, now });
    this.#timer = setInterval(() => this.flush(), EVERY_MS / 4).unref();
  }

  add(event: LogEvent): void {
    const key = `${event.kind} ${networksOf(event.address).wide}`;
    const report = this.#throttle.add(key);
    if (report) {
      this.#latest.delete(report.key);
      this.#write(event, report.count);
    } else if (this.#latest.size < MAX_LINES) this.#latest.set(key, event);
  }

  /** Logs the numbers that are due, although nothing more was refused. */
  flush(): void {
    for (const { key, count } of this.#throttle.takeDue()) {
      const event = this.#latest.get(key);
      if (event) this.#write(event, count);
      else this.#log.warn({ count }, 'further requests were refused');
      this.#latest.delete(key);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #write({ level = 'warn', fields, message, address }: LogEvent, count: number): void {
    const from = networksOf(address).wide;
    this.#log[level]({ ...fields, from, ...(count > 1 ? { count } : {}) }, message);
  }
}
