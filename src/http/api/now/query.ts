import { accountNames } from '../../../store/connections/catalog.ts';
import { type BoundedWork, boundedWork } from '../../../store/counts/bounded-work.ts';
import { lastTimes } from '../../../store/counts/rolled-counts.ts';
import type { Db } from '../../../store/database/database.ts';

/** Open work is counted up to this number; the answer says if there is more. */
export const COUNT_LIMIT = 10_000;

/** The metrics whose last time the page shows. */
const TIMED_METRICS = [
  'webhooks_kommo',
  'webhooks_customerio',
  'calls_kommo',
  'calls_kommo_failed',
  'calls_customerio',
  'calls_customerio_failed',
];

/** The stored state of one connection. */
export interface StoredState {
  work: BoundedWork;
  /** When each metric was last counted, ms. */
  lastAt: Map<string, number>;
  /** The name of the Kommo account; null before the first reading. */
  account: string | null;
}

/** The stored state of each of these connections, by name. */
export async function storedStates(db: Db, connections: string[]): Promise<Map<string, StoredState>> {
  const work = await boundedWork(db, connections, COUNT_LIMIT);
  const times = await lastTimes(db, connections, TIMED_METRICS);
  const accounts = await accountNames(db, connections);
  return new Map(
    work.map((own) => {
      const lastAt = times.flatMap(({ connection, metric, at }) =>
        connection === own.connection ? [[metric, at] as const] : [],
      );
      const account = accounts.get(own.connection) ?? null;
      return [own.connection, { work: own, lastAt: new Map(lastAt), account }];
    }),
  );
}
