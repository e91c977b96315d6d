import type { Logger } from 'pino';
import { removeOldAlerts } from '../store/alerts/receivers.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { removePersonalData } from '../store/retention.ts';
import { removeAbandonedCalls } from '../store/rpc-calls.ts';
import { trimAudit } from '../store/users/audit.ts';

export interface RetentionOptions {
  database: Database;
  /** How long personal data is kept, ms. */
  retentionMs: Millis;
  /** Unix time, ms. */
  now(): Millis;
  log: Logger;
}

const QUEUE = 'retention';
/** Cron: every hour, so that no single run has much to remove. */
const EVERY_HOUR = '17 * * * *';

/** Starts the hourly removal of personal data past the retention time. The queue runs it in one process at a time. */
export async function startRetention(options: RetentionOptions): Promise<void> {
  const { boss } = options.database;
  await boss.createQueue(QUEUE, { retryLimit: 0, deleteAfterSeconds: 86_400 });
  await boss.work(QUEUE, { pollingIntervalSeconds: 60 }, () => removeExpired(options));
  await boss.schedule(QUEUE, EVERY_HOUR);
}

async function removeExpired({ database: { db }, retentionMs, now, log }: RetentionOptions): Promise<void> {
  const rows = await removePersonalData(db, now() - retentionMs);
  await removeAbandonedCalls(db, now());
  await trimAudit(db, now() - retentionMs);
  await removeOldAlerts(db, now() - retentionMs, now());
  if (rows > 0) log.info({ rows }, 'personal data past the retention time was removed');
}
