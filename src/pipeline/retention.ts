import type { Logger } from 'pino';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { removePersonalData } from '../store/retention.ts';
import { removeAbandonedCalls } from '../store/rpc-calls.ts';

const QUEUE = 'retention';
/** Every hour, so that no single run has much to do. */
const EVERY_HOUR = '17 * * * *';

/** Removes raw personal data after the retention time, by the queue's schedule: once among all processes. */
export async function runRetention(
  { boss, db }: Database,
  retentionMs: Millis,
  now: () => Millis,
  log: Logger,
): Promise<void> {
  await boss.createQueue(QUEUE, { retryLimit: 0, deleteAfterSeconds: 86_400 });
  await boss.work(QUEUE, { pollingIntervalSeconds: 60 }, async () => {
    const rows = await removePersonalData(db, now() - retentionMs);
    await removeAbandonedCalls(db, now());
    if (rows > 0) log.info({ rows }, 'personal data past the retention time was removed');
  });
  await boss.schedule(QUEUE, EVERY_HOUR);
}
