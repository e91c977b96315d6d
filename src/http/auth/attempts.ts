import { networksOf } from './network.ts';

/** A try to sign in. */
export interface Attempt {
  name: string;
  /** The sender's address. */
  address: string;
  /** The browser, where a signed cookie proves that this user has signed in with it before; else null. */
  device: string | null;
}

/**
 * - `refused`: it must not be made; `waitMs` says for how long
 * - `begun`: it counts, and is made after `delayMs`; exactly one of the three methods ends it
 */
export type Admission =
  | { state: 'refused'; waitMs: number }
  | {
      state: 'begun';
      delayMs: number;
      /** The password was right. */
      succeed(): void;
      /** The password was wrong. */
      fail(): void;
      /** Nothing was compared, so it does not count. */
      giveBack(): void;
    };

interface Limit {
  /** Attempts without any wait. */
  free: number;
  /** The longest wait, in ms. The first is `FIRST_MS`, and each one doubles. */
  maxMs: number;
}

const MINUTE = 60_000;

/** One name from one network is refused for a time. A typing mistake costs nothing, but guessing soon does. */
const PAIR: Record<'narrow' | 'middle' | 'wide', Limit> = {
  narrow: { free: 5, maxMs: 15 * MINUTE },
  middle: { free: 10, maxMs: 15 * MINUTE },
  wide: { free: 20, maxMs: 15 * MINUTE },
};
/** A browser that has signed in before is refused only for its own mistakes, whatever strangers do. */
const DEVICE: Limit = { free: 10, maxMs: MINUTE };
/**
 * One name from anywhere, and any name from one network, are delayed but never refused: a refusal would let a stranger lock
 * out a person, or everybody behind one address. The person with the right password waits some seconds.
 */
const NAME: Limit = { free: 20, maxMs: 5_000 };
const NETWORK: Record<'narrow' | 'middle' | 'wide', Limit> = {
  narrow: { free: 30, maxMs: 5_000 },
  middle: { free: 60, maxMs: 5_000 },
  wide: { free: 120, maxMs: 5_000 },
};
const FIRST_MS = { refusal: 2_000, delay: 250 };
/** Attempts of one of the widest networks that are in progress at once: those that are delayed cost a connection each. */
const MAX_IN_PROGRESS = 8;
/** After a refusal because of that, ms. */
const BUSY_WAIT_MS = 2_000;
/** Attempts are forgotten this long after the last one. */
const FORGET_MS = 3_600_000;
/** Keys of each kind that are remembered; those unused for longest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/**
 * Limits how often somebody may try to sign in. Each process counts by itself and in bounded memory: with n processes, n
 * times as many attempts are possible. A library (rate-limiter-flexible) has neither these limits together nor waits that
 * double.
 */
export class Attempts {
  /** By kind, so that many names of a stranger do not make the networks forgotten. */
  readonly #counters: Record<'pair' | 'name' | 'network' | 'device', Counters>;
  readonly #inProgress = new Map<string, number>();

  /** @param now in ms */
  constructor(now: () => number, maxRemembered = MAX_REMEMBERED) {
    const counters = () => new Counters(now, maxRemembered);
    this.#counters = { pair: counters(), name: counters(), network: counters(), device: counters() };
  }

  /** Counts an attempt before it is made, so that many at once count, too. */
  begin(attempt: Attempt): Admission {
    const keys = this.#keysOf(attempt);
    const waitMs = Math.max(0, ...keys.refusing.map(({ counters, key }) => counters.waitMs(key)));
    if (waitMs > 0) return { state: 'refused', waitMs };
    if ((this.#inProgress.get(keys.place) ?? 0) >= MAX_IN_PROGRESS)
      return { state: 'refused', waitMs: BUSY_WAIT_MS };
    for (const { counters, key, limit } of keys.refusing) counters.add(key, limit, FIRST_MS.refusal);
    const delays = keys.delaying.map(({ counters, key, limit }) => counters.add(key, limit, FIRST_MS.delay));
    this.#inProgress.set(keys.place, (this.#inProgress.get(keys.place) ?? 0) + 1);
    return { state: 'begun', delayMs: Math.max(0, ...delays), ...this.#ends(keys) };
  }

  /** Each works once, and only the first of them. */
  #ends({ refusing, delaying, place }: Keys) {
    let isEnded = false;
    const end = (uncount: () => void) => () => {
      if (isEnded) return;
      isEnded = true;
      const left = this.#inProgress.get(place)! - 1;
      if (left > 0) this.#inProgress.set(place, left);
      else this.#inProgress.delete(place);
      uncount();
    };
    const takeBack = ({ counters, key }: Key) => counters.takeBack(key);
    return {
      fail: end(() => {}),
      giveBack: end(() => [...refusing, ...delaying].forEach(takeBack)),
      succeed: end(() => {
        for (const { counters, key } of refusing) counters.forget(key);
        delaying.forEach(takeBack);
      }),
    };
  }

  #keysOf({ name, address, device }: Attempt): Keys {
    const { pair, name: byName, network, device: byDevice } = this.#counters;
    if (device !== null)
      return {
        refusing: [{ counters: byDevice, key: device, limit: DEVICE }],
        delaying: [],
        place: `device ${device}`,
      };
    const who = name.trim().toLowerCase().slice(0, 200);
    const networks = networksOf(address);
    const widths = ['narrow', 'middle', 'wide'] as const;
    return {
      refusing: widths.map((width) => ({
        counters: pair,
        key: `${width} ${networks[width]} ${who}`,
        limit: PAIR[width],
      })),
      delaying: [
        { counters: byName, key: who, limit: NAME },
        ...widths.map((width) => ({
          counters: network,
          key: `${width} ${networks[width]}`,
          limit: NETWORK[width],
        })),
      ],
      place: networks.wide,
    };
  }
}

interface Key {
  counters: Counters;
  key: string;
  limit: Limit;
}

interface Keys {
  refusing: Key[];
  delaying: Key[];
  /** Attempts with the same place share `MAX_IN_PROGRESS`. */
  place: string;
}

/** Counts of attempts by key, in bounded memory. */
class Counters {
  readonly #now: () => number;
  readonly #maxRemembered: number;
  readonly #entries = new Map<string, { count: number; until: number; at: number }>();

  constructor(now: () => number, maxRemembered: number) {
    this.#now = now;
    this.#maxRemembered = maxRemembered;
  }

  /** How long no attempt with this key may be made, in ms. */
  waitMs(key: string): number {
    return Math.max(0, this.#current(key).until - this.#now());
  }

  /** Counts an attempt. @returns the wait that follows from it, in ms */
  add(key: string, { free, maxMs }: Limit, firstMs: number): number {
    const count = this.#current(key).count + 1;
    const ms = count < free ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(count - free, 30));
    this.#entries.delete(key);
    this.#entries.set(key, { count, until: ms === 0 ? 0 : this.#now() + ms, at: this.#now() });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxRemembered) break;
      this.#entries.delete(oldest);
    }
    return ms;
  }

  takeBack(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) Object.assign(entry, { count: Math.max(0, entry.count - 1), until: 0 });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #current(key: string) {
    const entry = this.#entries.get(key);
    return entry && this.#now() - entry.at < FORGET_MS ? entry : { count: 0, until: 0, at: 0 };
  }
}
