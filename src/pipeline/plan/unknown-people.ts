import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { waitForDirectory } from '../../store/directory/waiting-reports.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { postponeEvents, postponeFailed } from '../../store/events/postpone-events.ts';
import type { Connection } from '../connection.ts';
import type { DirectoryRequests } from '../directory/directory-reader.ts';
import type { FindStrangersOptions } from '../gather/find-strangers.ts';
import type { FoundPeople } from '../gather/found-people.ts';

/** The longest time, in ms, that lookups of unknown people are deferred in favour of other events. */
const LOOKUPS_WAIT_MS = 30_000;
/** A report whose lookup was deferred is left out of batches for this long, in ms, so that later events take its place. */
const DEFERRED_MS = 2_000;
/** A report that waits for the directory is tried again after this time, ms, unless the end of the reading releases it. */
const DIRECTORY_WAIT_MS = 60_000;

export interface UnknownPeopleOptions {
  database: Database;
  connection: Connection;
  now: Millis;
  directory?: DirectoryRequests | null;
}

/**
 * How the unknown people of a batch are looked up: calls for each of them are made if the batch has nothing else, or if its
 * oldest event has waited long enough.
 */
export function lookupOptions(
  { database: { db }, connection, now, directory = null }: UnknownPeopleOptions,
  batch: StoredEvent[],
): FindStrangersOptions {
  const oldest = Math.min(...batch.map((row) => row.created_at));
  return {
    ...{ db, connection, now, directory },
    arrivedAt: arrivalsOf(batch, now),
    lookupAllowed: (unknownPeople) => unknownPeople === batch.length || now - oldest > LOOKUPS_WAIT_MS,
  };
}

/** When each report of these events was received. */
export function arrivalsOf(
  events: Pick<StoredEvent, 'payload' | 'created_at'>[],
  now: Millis,
): FindStrangersOptions['arrivedAt'] {
  const arrivals = new Map(
    events.flatMap(({ payload, created_at }) =>
      payload.kind === 'mail_report' ? [[payload.reportId, created_at] as const] : [],
    ),
  );
  return ({ reportId }) => arrivals.get(reportId) ?? now;
}

type Postponed = Pick<FoundPeople, 'deferred' | 'unanswered'> & Partial<Pick<FoundPeople, 'waiting'>>;

const NONE: Set<string> = new Set();

/** Postpones the reports whose person is not found yet, or of which something else is to be read first. @returns the other events of the batch. */
export async function withoutPostponed(
  { database, connection, now }: UnknownPeopleOptions,
  batch: StoredEvent[],
  { deferred, waiting = NONE, unanswered }: Postponed,
): Promise<StoredEvent[]> {
  if (deferred.size + waiting.size + unanswered.size === 0) return batch;
  const isIn =
    (reportIds: Set<string>) =>
    ({ payload }: StoredEvent) =>
      payload.kind === 'mail_report' && reportIds.has(payload.reportId);
  const idsOf = (reportIds: Set<string>) => batch.filter(isIn(reportIds)).map(({ id }) => id);
  await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    await postponeEvents(trx, idsOf(deferred), now + DEFERRED_MS);
    await waitForDirectory(trx, idsOf(waiting), now + DIRECTORY_WAIT_MS);
    await postponeFailed(trx, idsOf(unanswered), now);
  });
  return batch.filter((row) => ![deferred, waiting, unanswered].some((reportIds) => isIn(reportIds)(row)));
}
