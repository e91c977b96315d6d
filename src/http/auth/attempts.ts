import { networkOf } from './network.ts';

/** Limits how often somebody may try to sign in. Memory is bounded; nothing is stored. */
export interface Attempts {
  /** Counts a try before it is made, so that many at once count too. @returns how long to wait first, in ms; 0: go on. */
  begin(name: string, address: string): number;
  /** It was the right password. */
  succeeded(name: string, address: string): void;
}

interface Limit {
  /** Tries without any wait. */
  free: number;
  /** The longest wait, in ms. It begins with two seconds and doubles. */
  mostMs: number;
}

/**
 * Of one person from one address: a typing mistake costs nothing, guessing soon does. Of one name from anywhere: short
 * waits only, else a stranger could lock the person out. Of one address whatever the name: an office may share it.
 */
const LIMITS: Record<'pair' | 'name' | 'address', Limit> = {
  pair: { free: 5, mostMs: 15 * 60_000 },
  name: { free: 20, mostMs: 30_000 },
  address: { free: 30, mostMs: 15 * 60_000 },
};
const FIRST_WAIT_MS = 2_000;
/** What is older counts no more. */
const FORGET_MS = 3_600_000;
/** Names and addresses that are remembered; the ones unused for longest go first. */
const MOST = 10_000;

export function createAttempts(now: () => number, most = MOST): Attempts {
  const tries = new Map<string, { count: number; until: number; at: number }>();

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
    const entry = tries.get(key);
    return entry && now() - entry.at < FORGET_MS ? entry : { count: 0, until: 0, at: 0 };
  }

  return {
    begin(name, address) {
      const keys = keysOf(name, address);
      const wait = Math.max(...keys.map(([key]) => current(key).until - now()));
      if (wait > 0) return wait;
      for (const [key, { free, mostMs }] of keys) {
        const count = current(key).count + 1;
        const ms = count < free ? 0 : Math.min(mostMs, FIRST_WAIT_MS * 2 ** Math.min(count - free, 30));
        tries.delete(key);
        tries.set(key, { count, until: ms === 0 ? 0 : now() + ms, at: now() });
      }
      for (const key of tries.keys()) {
        if (tries.size <= most) break;
        tries.delete(key);
      }
      return 0;
    },
    succeeded(name, address) {
      const [pair, named, from] = keysOf(name, address);
      tries.delete(pair![0]);
      tries.delete(named![0]);
      const shared = tries.get(from![0]);
      if (shared) Object.assign(shared, { count: Math.max(0, shared.count - 1), until: 0 });
    },
  };
}
