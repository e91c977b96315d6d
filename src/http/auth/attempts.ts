import { networkOf } from './network.ts';

/**
 * Limits how often somebody may try to sign in. Each process counts by itself and in bounded memory: with n processes, n
 * times as many attempts are possible. A library (rate-limiter-flexible) has neither the three limits together nor waits
 * that double.
 */
export interface Attempts {
  /**
   * Counts an attempt before it is made, so that many at once count, too.
   * @returns how long to wait instead of making it, in ms; 0: it may be made
   */
  begin(name: string, address: string): number;
  /** The password was right. */
  succeeded(name: string, address: string): void;
}

interface Limit {
  /** Attempts without any wait. */
  free: number;
  /** The longest wait, in ms. The first is two seconds, and each one doubles. */
  maxMs: number;
}

/**
 * - `pair`, one name from one address: a typing mistake costs nothing, but guessing soon does
 * - `name`, one name from anywhere: short waits only, or a stranger could lock the person out
 * - `address`, any name from one address: a whole office may share it
 */
const LIMITS: Record<'pair' | 'name' | 'address', Limit> = {
  pair: { free: 5, maxMs: 15 * 60_000 },
  name: { free: 20, maxMs: 30_000 },
  address: { free: 30, maxMs: 15 * 60_000 },
};
const FIRST_WAIT_MS = 2_000;
/** Attempts are forgotten this long after the last one. */
const FORGET_MS = 3_600_000;
/** Names and addresses that are remembered; those unused for longest are forgotten first. */
const MAX_REMEMBERED = 10_000;

export function createAttempts(now: () => number, maxRemembered = MAX_REMEMBERED): Attempts {
  const attempts = new Map<string, { count: number; until: number; at: number }>();

  function keysOf(name: string, address: string): [string, Limit][] {
    const key = name.trim().toLowerCase().slice(0, 200);
    const network = networkOf(address);
    return [
      [`pair ${network} ${key}`, LIMITS.pair],
      [`name ${key}`, LIMITS.name],
      [`address ${network}`, LIMITS.address],
    ];
  }

  function current(key: string) {
    const entry = attempts.get(key);
    return entry && now() - entry.at < FORGET_MS ? entry : { count: 0, until: 0, at: 0 };
  }

  return {
    begin(name, address) {
      const keys = keysOf(name, address);
      const wait = Math.max(...keys.map(([key]) => current(key).until - now()));
      if (wait > 0) return wait;
      for (const [key, { free, maxMs }] of keys) {
        const count = current(key).count + 1;
        const ms = count < free ? 0 : Math.min(maxMs, FIRST_WAIT_MS * 2 ** Math.min(count - free, 30));
        attempts.delete(key);
        attempts.set(key, { count, until: ms === 0 ? 0 : now() + ms, at: now() });
      }
      for (const key of attempts.keys()) {
        if (attempts.size <= maxRemembered) break;
        attempts.delete(key);
      }
      return 0;
    },
    succeeded(name, address) {
      const [pair, byName, byAddress] = keysOf(name, address);
      attempts.delete(pair![0]);
      attempts.delete(byName![0]);
      const shared = attempts.get(byAddress![0]);
      if (shared) Object.assign(shared, { count: Math.max(0, shared.count - 1), until: 0 });
    },
  };
}
