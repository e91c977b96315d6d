import { performance } from 'node:perf_hooks';

/**
 * What somebody's email waits for goes first (`live`: the readings for a stage change), then what is written at the deal
 * afterwards (`write`), then what is tried again, then bulk (replays, reconciler).
 */
export type Priority = 'live' | 'write' | 'retry' | 'bulk';

const PRIORITIES: readonly Priority[] = ['live', 'write', 'retry', 'bulk'];

/** Who has waited so long, in ms, is overtaken no more: a steady stream of stage changes must leave room for their notes. */
const PATIENCE_MS = 1_000;

/** Kommo counts a rolling second. */
const WINDOW_MS = 1000;
/** Two clocks never run quite alike, and a counter may include both ends of its second. */
const MARGIN_MS = 20;
/**
 * How long after its bytes were written a request can still be on its way: room for one lost
 * packet on an open connection (a retransmission comes after 200 ms at least).
 */
const TRANSIT_MS = 500;

/** One request's right to start. Tell it what happens to the request, or it is held for ever. */
export interface Slot {
  /** The bytes are about to be written to an open connection. */
  sent(): void;
  /** An answer came, or the request is over. `arrived: false` only when it was certainly never sent. */
  done(arrived: boolean): void;
}

export interface Limiter {
  /** Waits for a slot. Rejects with `signal.reason` on abort, or with the pause's error. */
  acquire(priority: Priority, signal?: AbortSignal): Promise<Slot>;
  /** Nobody waits, and at least half of the requests of a second could start now: one in vain holds up nothing. */
  isQuiet(): boolean;
  /**
   * Resolves when it is quiet, after so many ms at the latest: in a stream, who decides only then what to ask for asks
   * for more at once. Does not wait during a pause: the request itself will tell.
   */
  whenQuiet(ms: number): Promise<void>;
  /**
   * Lets nothing start for this long. With `refuse`, whoever waits or comes meanwhile is rejected with its
   * error (given the ms left) instead of kept waiting. A shorter pause never ends a longer one.
   */
  pause(ms: number, refuse?: (remainingMs: number) => Error): void;
  /** Careful: one request in the air at a time, until it is known that the server answers again. */
  setCareful(careful: boolean): void;
  /** How long the pause still lasts, in ms; 0 when there is none. */
  pausedMs(): number;
}

export interface LimiterClock {
  /** Monotonic ms. */
  now(): number;
  setTimer(run: () => void, ms: number): () => void;
}

export interface LimiterOptions {
  requestsPerSecond: number;
  clock?: LimiterClock;
  /** Nothing starts before this monotonic time: an earlier process may have sent until it died. */
  quietUntilMs?: number;
  /** Asked at each start: where it gives an error, the request is refused with it instead. */
  refuse?: (() => Error | null) | undefined;
}

/**
 * For `quietUntilMs`, on a clock that counts from this process's start: one that was killed just before may have
 * used up the second that still runs.
 */
export const QUIET_AFTER_START_MS = WINDOW_MS + TRANSIT_MS;

const realClock: LimiterClock = {
  now: () => performance.now(),
  setTimer(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

type Waiter = { since: number; grant: (slot: Slot) => void; refuse: (error: unknown) => void };

/**
 * At most N requests arrive in any rolling second, whatever the jitter on the way.
 *
 * A start does not tell when the server counts the request: it arrives somewhere between its start and
 * its answer. So a slot is taken from the start until one second after the *latest* moment the request can have
 * arrived: its answer, or `TRANSIT_MS` after its bytes were written, whichever is first. Were there N + 1
 * arrivals in one second, then at the last one's start all other N would have held their slots.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const clock = options.clock ?? realClock;
  const limit = Math.max(1, Math.floor(options.requestsPerSecond));
  const queues = new Map(PRIORITIES.map((priority) => [priority, new Set<Waiter>()]));
  /** When each taken slot is free again; infinite until that is known. */
  const taken = new Map<Slot, number>();
  const watchers = new Set<() => void>();
  let inAir = 0;
  let careful = false;
  const quietUntil = options.quietUntilMs ?? Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let refusal: ((remainingMs: number) => Error) | null = null;
  let cancelTimer: (() => void) | null = null;

  /** Bulk leaves one slot in four, at least one, to work that somebody waits for. */
  const bulkLimit = Math.max(1, limit - Math.max(1, Math.floor(limit / 4)));

  function mayStart(priority: Priority): boolean {
    if (careful && inAir > 0) return false;
    return taken.size < (priority === 'bulk' ? bulkLimit : limit);
  }

  function newSlot(): Slot {
    let over = false;
    const freeAt = (time: number) => {
      if (taken.has(slot)) taken.set(slot, Math.min(taken.get(slot)!, time + WINDOW_MS + MARGIN_MS));
    };
    const slot: Slot = {
      sent() {
        if (!over) freeAt(clock.now() + TRANSIT_MS);
        pump();
      },
      done(arrived) {
        if (over) return;
        over = true;
        inAir -= 1;
        if (arrived) freeAt(clock.now());
        else taken.delete(slot);
        pump();
      },
    };
    taken.set(slot, Number.POSITIVE_INFINITY);
    inAir += 1;
    return slot;
  }

  function refuseAll(): void {
    if (refusal === null) return;
    const error = refusal;
    for (const queue of queues.values()) {
      for (const waiter of queue) waiter.refuse(error(pausedUntil - clock.now()));
      queue.clear();
    }
  }

  function startWhatMay(): void {
    startImpatient();
    for (const priority of PRIORITIES) {
      for (const waiter of queues.get(priority)!) {
        if (!mayStart(priority)) break;
        start(priority, waiter);
      }
      // A waiting request of a higher priority is not overtaken.
      if (queues.get(priority)!.size > 0) return;
    }
  }

  /** Whoever has waited for a second, the longest first, whatever the priority. */
  function startImpatient(): void {
    const since = clock.now() - PATIENCE_MS;
    const heads = () =>
      PRIORITIES.flatMap(headOf)
        .filter(({ priority, waiter }) => waiter.since <= since && mayStart(priority))
        .sort((one, other) => one.waiter.since - other.waiter.since);
    for (let next = heads()[0]; next; next = heads()[0]) start(next.priority, next.waiter);
  }

  function headOf(priority: Priority): { priority: Priority; waiter: Waiter }[] {
    for (const waiter of queues.get(priority)!) return [{ priority, waiter }];
    return [];
  }

  function start(priority: Priority, waiter: Waiter): void {
    queues.get(priority)!.delete(waiter);
    const refused = options.refuse?.() ?? null;
    if (refused) waiter.refuse(refused);
    else waiter.grant(newSlot());
  }

  function pump(): void {
    cancelTimer?.();
    cancelTimer = null;
    const now = clock.now();
    for (const [slot, freeAt] of taken) if (freeAt <= now) taken.delete(slot);
    const closedUntil = Math.max(pausedUntil, quietUntil);
    if (pausedUntil <= now) refusal = null;
    refuseAll();
    if (closedUntil <= now) startWhatMay();
    if (watchers.size > 0 && isQuiet()) for (const tell of watchers) tell();
    if (watchers.size === 0 && PRIORITIES.every((priority) => queues.get(priority)!.size === 0)) return;
    const next = closedUntil > now ? closedUntil : Math.min(Number.POSITIVE_INFINITY, ...taken.values());
    // Infinite: nothing to wait for but a request's end, which pumps again.
    if (next !== Number.POSITIVE_INFINITY)
      cancelTimer = clock.setTimer(pump, Math.max(1, Math.ceil(next - now)));
  }

  /** Nothing starts just now, or one request at a time: there is no telling when it will be quiet. */
  const isClosed = () => careful || Math.max(pausedUntil, quietUntil) > clock.now();

  function isQuiet(): boolean {
    if (isClosed() || PRIORITIES.some((priority) => queues.get(priority)!.size > 0)) return false;
    const now = clock.now();
    const held = [...taken.values()].filter((freeAt) => freeAt > now);
    return held.length <= limit / 2;
  }

  return {
    acquire(priority, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const queue = queues.get(priority)!;
        const forget = () => signal?.removeEventListener('abort', onAbort);
        const waiter: Waiter = {
          since: clock.now(),
          grant(slot) {
            forget();
            resolve(slot);
          },
          refuse(error) {
            forget();
            reject(error);
          },
        };
        const onAbort = () => {
          queue.delete(waiter);
          reject(signal!.reason);
          pump();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.add(waiter);
        pump();
      });
    },
    whenQuiet(ms) {
      if (ms <= 0 || isClosed() || isQuiet()) return Promise.resolve();
      return new Promise((resolve) => {
        const tell = () => {
          cancel();
          watchers.delete(tell);
          resolve();
        };
        const cancel = clock.setTimer(tell, ms);
        watchers.add(tell);
        pump();
      });
    },
    isQuiet,
    pause(ms, refuse) {
      const until = clock.now() + ms;
      if (until > pausedUntil) {
        pausedUntil = until;
        refusal = refuse ?? null;
      }
      pump();
    },
    setCareful(value) {
      if (careful === value) return;
      careful = value;
      pump();
    },
    pausedMs: () => Math.max(0, pausedUntil - clock.now()),
  };
}
