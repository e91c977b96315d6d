import { SemaphoreFull } from './semaphore.ts';

export interface FairSemaphoreOptions {
  /** How much work may be in progress at once. */
  places: number;
  /** How much work may wait for a place. */
  maxWaiting: number;
  /** Work that takes longer, in ms, makes room for the next: it mostly waits for something else. Default: it keeps its place. */
  patienceMs?: number;
}

/** Whose work it is. */
export interface Share {
  /** Groups take turns: one with much work does not hold up the others. */
  group: string;
  /** Goes before everything that is not preferred. */
  isPreferred: boolean;
}

interface WaitingWork {
  start(): void;
  drop(): void;
}

/**
 * Runs work as soon as there is a place for it, each group in its turn.
 *
 * Work is `waiting` until its group's turn, then `running` until it ends or the patience with it does. It is `dropped` while it waits when the queue is
 * full and a smaller group comes: the newest work of the largest group makes room.
 */
export class FairSemaphore {
  readonly #options: FairSemaphoreOptions;
  #running = 0;
  /** The group at the front is next. */
  readonly #preferred = new Map<string, WaitingWork[]>();
  readonly #others = new Map<string, WaitingWork[]>();

  constructor(options: FairSemaphoreOptions) {
    this.#options = options;
  }

  /** @throws SemaphoreFull where the work was not started, because too much is waiting */
  async run<T>(share: Share, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#options.places) await this.#wait(share);
    else this.#running += 1;
    const { patienceMs } = this.#options;
    let hasPlace = true;
    const makeRoom = () => {
      if (hasPlace) this.#passPlaceOn();
      hasPlace = false;
    };
    const timer = patienceMs === undefined ? undefined : setTimeout(makeRoom, patienceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      makeRoom();
    }
  }

  #passPlaceOn(): void {
    const next = takeNext(this.#preferred) ?? takeNext(this.#others);
    // The place goes on to the next work; a free place could be taken by work that has not waited.
    if (next) next.start();
    else this.#running -= 1;
  }

  #wait({ group, isPreferred }: Share): Promise<void> {
    const queue = isPreferred ? this.#preferred : this.#others;
    if (sizeOf(this.#preferred) + sizeOf(this.#others) >= this.#options.maxWaiting)
      this.#makeRoom(queue, group);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = queue.get(group) ?? [];
    waiting.push({ start: resolve, drop: () => reject(new SemaphoreFull()) });
    queue.set(group, waiting);
    return promise;
  }

  /** @throws SemaphoreFull where no group waits with more work than this one would */
  #makeRoom(queue: Map<string, WaitingWork[]>, group: string): void {
    const size = queue.get(group)?.length ?? 0;
    const [largest, waiting] = [...this.#others].reduce<[string, WaitingWork[]]>(
      (most, one) => (one[1].length > most[1].length ? one : most),
      ['', []],
    );
    const gain = queue === this.#preferred ? waiting.length > 0 : waiting.length > size + 1;
    if (!gain) throw new SemaphoreFull();
    waiting.pop()!.drop();
    if (waiting.length === 0) this.#others.delete(largest);
  }
}

/** The first work of the group whose turn it is; the group goes to the end. */
function takeNext(queue: Map<string, WaitingWork[]>): WaitingWork | undefined {
  for (const [group, waiting] of queue) {
    queue.delete(group);
    const next = waiting.shift();
    if (waiting.length > 0) queue.set(group, waiting);
    return next;
  }
  return undefined;
}

function sizeOf(queue: Map<string, WaitingWork[]>): number {
  let size = 0;
  for (const waiting of queue.values()) size += waiting.length;
  return size;
}
