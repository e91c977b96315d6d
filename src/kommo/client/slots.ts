import type { LimiterClock } from './clock.ts';

/** Kommo counts a rolling second. */
export const WINDOW_MS = 1000;
/** Allows for two clocks that run at slightly different speeds, and for a counter that includes both ends of its second. */
const MARGIN_MS = 20;
/**
 * How long after its bytes were written a request can still be on its way: room for one lost packet on an open
 * connection (a retransmission comes after 200 ms at least).
 */
const TRANSIT_MS = 500;

/**
 * How long a new process sends nothing, in ms since its start: one that was killed just before may have used up the
 * second that still runs.
 */
export const QUIET_AFTER_START_MS = WINDOW_MS + TRANSIT_MS;

/** One request's right to start. It stays taken until `done` is called. */
export interface Slot {
  /** The bytes are about to be written to an open connection. */
  sent(): void;
  /** The request has ended, with or without an answer. `arrived: false` only when it was certainly never sent. */
  done(arrived: boolean): void;
}

/**
 * The requests that Kommo may still count.
 *
 * The client does not know when the server counts a request: it arrives at some moment between its start and its answer.
 * So a slot is taken from the start until one second after the *latest* moment at which the request can have arrived: its
 * answer, or `TRANSIT_MS` after its bytes were written, whichever is first. N + 1 arrivals in one second are impossible:
 * at the start of the last one the other N would still hold all slots.
 */
export class Slots {
  readonly #clock: Pick<LimiterClock, 'now'>;
  /** When each taken slot is free again; infinite until that is known. */
  readonly #freeAt = new Map<Slot, number>();
  readonly #bulk = new WeakSet<Slot>();
  #inAir = 0;

  /** How long a request is counted after its arrival, ms. */
  windowMs = WINDOW_MS;

  constructor(clock: Pick<LimiterClock, 'now'>) {
    this.#clock = clock;
  }

  /** Requests that have started and not ended. */
  get inAir(): number {
    return this.#inAir;
  }

  /** How many slots are taken, as of the last `expire`. */
  get taken(): number {
    return this.#freeAt.size;
  }

  /** How many of them are not taken by bulk work. */
  get takenByUrgent(): number {
    return [...this.#freeAt.keys()].filter((slot) => !this.#bulk.has(slot)).length;
  }

  /** Frees the slots whose time is over. */
  expire(): void {
    const now = this.#clock.now();
    for (const [slot, freeAt] of this.#freeAt) if (freeAt <= now) this.#freeAt.delete(slot);
  }

  /** When the next taken slot is free; infinite where that is not known yet, or none is taken. */
  get nextFreeAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#freeAt.values());
  }

  take(isBulk = false): Slot {
    let isOver = false;
    const slot: Slot = {
      sent: () => {
        if (!isOver) this.#arrivedBy(slot, this.#clock.now() + TRANSIT_MS);
      },
      done: (arrived) => {
        if (isOver) return;
        isOver = true;
        this.#inAir -= 1;
        if (arrived) this.#arrivedBy(slot, this.#clock.now());
        else this.#freeAt.delete(slot);
      },
    };
    this.#freeAt.set(slot, Number.POSITIVE_INFINITY);
    if (isBulk) this.#bulk.add(slot);
    this.#inAir += 1;
    return slot;
  }

  #arrivedBy(slot: Slot, time: number): void {
    const before = this.#freeAt.get(slot);
    if (before !== undefined) this.#freeAt.set(slot, Math.min(before, time + this.windowMs + MARGIN_MS));
  }
}
