import type { Side } from '../common-schemas.ts';

/** Statistics of this process's own API calls, including reads. The database only has the calls for deliveries. */
export interface ApiCallStats {
  /** @param status null: no answer. */
  note(side: Side, connection: string, status: number | null): void;
  about(side: Side, connection: string): Calls;
  /** To be called when the connection was removed, or changed: its new credentials have not been seen yet. */
  forget(connection: string): void;
}

export interface Calls {
  lastMinute: number;
  /** ms; null: none yet. */
  lastGoodAt: number | null;
  lastBadAt: number | null;
  /** Whether the credentials are accepted, by the last call that showed it. */
  access: 'good' | 'refused' | 'unknown';
}

const SECONDS = 60;

interface Entry extends Omit<Calls, 'lastMinute'> {
  /** The calls in each of the last 60 seconds, indexed by the second modulo 60. */
  counts: { second: number; count: number }[];
}

export function createApiCallStats(now: () => number): ApiCallStats {
  const entries = new Map<string, Entry>();

  const keyOf = (side: Side, connection: string) => `${side} ${connection}`;

  function entryOf(side: Side, connection: string): Entry {
    const key = keyOf(side, connection);
    let entry = entries.get(key);
    if (!entry) {
      const counts = Array.from({ length: SECONDS }, () => ({ second: 0, count: 0 }));
      entry = { counts, lastGoodAt: null, lastBadAt: null, access: 'unknown' };
      entries.set(key, entry);
    }
    return entry;
  }

  return {
    note(side, connection, status) {
      const entry = entryOf(side, connection);
      const second = Math.floor(now() / 1000);
      const slot = entry.counts[second % SECONDS]!;
      if (slot.second !== second) Object.assign(slot, { second, count: 0 });
      slot.count += 1;
      // A 4xx about one item shows that the destination works.
      const isGood = status !== null && status < 500 && status !== 429 && status !== 401 && status !== 403;
      if (isGood) entry.lastGoodAt = now();
      else entry.lastBadAt = now();
      if (isGood) entry.access = 'good';
      else if (status === 401) entry.access = 'refused';
    },
    about(side, connection) {
      const { counts, lastGoodAt, lastBadAt, access } = entryOf(side, connection);
      const since = Math.floor(now() / 1000) - SECONDS;
      const lastMinute = counts.reduce((sum, { second, count }) => sum + (second > since ? count : 0), 0);
      return { lastMinute, lastGoodAt, lastBadAt, access };
    },
    forget(connection) {
      for (const side of ['kommo', 'customerio'] as const) entries.delete(keyOf(side, connection));
    },
  };
}
