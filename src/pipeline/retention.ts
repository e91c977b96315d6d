import type { Logger } from 'pino';
import { removeOldAlerts } from '../store/alerts/receivers.ts';
import type { Database } from '../store/database/database.ts';
import { freeBytes } from '../store/database/disk.ts';
import { addPartitions } from '../store/database/partitions/partitions.ts';
import { partitionLength } from '../store/database/partitions/ranges.ts';
import type { Millis } from '../store/database/schema.ts';
import { addDiskSample } from '../store/health/disk-samples.ts';
import { EVENTS_KEPT_MS } from '../store/retention/kept-times.ts';
import { PastEvents } from '../store/retention/past-events.ts';
import { removePastRecords } from '../store/retention/past-records.ts';
import { removePersonalData } from '../store/retention/personal-data.ts';
import { type StepClock, Steps } from '../store/retention/steps.ts';
import { removeAbandonedCalls } from '../store/rpc-calls.ts';
import { deleteCasesOfDeleted } from '../store/rule-cases.ts';
import { trimAudit } from '../store/users/audit.ts';

export interface RetentionOptions {
  database: Database;
  /** The folder of the embedded database; null on a server, whose disk cannot be seen. */
  dataDir: string | null;
  /** How long personal data is kept, ms. */
  retentionMs: Millis;
  /** Unix time, ms. */
  now(): Millis;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Of the steps and their pauses; default: the real one. */
  stepClock?: StepClock;
}

const QUEUE = 'retention';
/** Cron: every hour, so that no single run has much to remove. */
const EVERY_HOUR = '17 * * * *';

/**
 * Starts the hourly removal of personal data past the retention time and of events that nothing needs any more, and adds the
 * partitions of the next days, as does the hourly job. The queue runs the job in one process at a time.
 */
export async function startRetention(options: RetentionOptions): Promise<void> {
  const { boss } = options.database;
  await preparePartitions(options);
  await boss.createQueue(QUEUE, { retryLimit: 0, deleteAfterSeconds: 86_400 });
  const pastEvents = new PastEvents(options.database.db);
  await boss.work(QUEUE, { pollingIntervalSeconds: 60 }, () => removeExpired(options, pastEvents));
  await boss.schedule(QUEUE, EVERY_HOUR);
}

/** Where that fails, the default partitions take the rows. */
async function preparePartitions({
  database: { db },
  retentionMs,
  now,
  log,
}: RetentionOptions): Promise<void> {
  await addPartitions(db, now(), partitionLength(retentionMs)).catch((err: unknown) => {
    log.warn({ err }, 'partitions for the next days could not be added; the next hour tries again');
  });
}

/** The job itself, once. Afterwards it records how large the database is. */
export async function removeExpired(
  options: RetentionOptions,
  pastEvents = new PastEvents(options.database.db),
): Promise<void> {
  const { database, dataDir, retentionMs, now, log, stepClock } = options;
  const { db } = database;
  await preparePartitions(options);
  const expired = now() - retentionMs;
  const past = Math.min(expired, now() - EVENTS_KEPT_MS);
  // Deleted first, so that few rows are emptied that are deleted in the same hour.
  const events = await pastEvents.remove(past, now(), new Steps(stepClock));
  const steps = new Steps(stepClock);
  const records = await removePastRecords(db, past, now(), steps);
  const rows = await removePersonalData(db, expired, steps);
  await deleteCasesOfDeleted(db);
  await removeAbandonedCalls(db, now());
  await trimAudit(db, expired);
  await removeOldAlerts(db, expired, now());
  await addDiskSample(db, now(), dataDir === null ? null : freeBytes(dataDir));
  if (events + records > 0) log.info({ events, records }, 'events that nothing needs any more were removed');
  if (rows > 0) log.info({ rows }, 'personal data past the retention time was removed');
}
