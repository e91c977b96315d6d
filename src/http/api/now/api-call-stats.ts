import type { Side } from '../common-schemas.ts';

/** What this process knows of its own API calls, reads too: the database has those for deliveries only. */
export interface ApiCallStats {
  /** @param status null: no answer. */
  note(side: Side, connection: string, status: number | null): void;
  about(side: Side, connection: string): Calls;
}

export interface Calls {
  lastMinute: number;
  /** ms; null: none yet. */
  lastGoodAt: number | null;
  lastBadAt: number | null;
  /** Whether the last call that tells it was accepted or refused (401, 403). */
  access: 'good' | 'refused' | 'unknown';
}

const SECONDS = 60;

interface Entry extends Omit<Calls, 'lastMinute'> {
  /** Calls in each of the last seconds, by the second modulo 60. */
  counts: { second: number; count: number }[];
}

export function createApiCallStats(now: () => number): ApiCallStats {
  const entries = new Map<string, Entry>();

  function entryOf(side: Side, connection: string): Entry {
    const key = `${side} ${connection}`;
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
      // A 4xx about one item is an answer of a side that works.
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
  };
}
