import { type ConstructorOptions, fromKysely, type PgBoss } from 'pg-boss';
import type { Db } from './types.ts';

/** What both databases' queues have switched off: upkeep that would keep an idle laptop's disk busy. */
export const QUEUE_DEFAULTS = {
  monitorVacuum: false,
  reindex: false,
  registerInstance: false,
  useListenNotify: true,
} satisfies ConstructorOptions;

export async function startQueue(boss: PgBoss, onError: (error: unknown) => void): Promise<void> {
  boss.on('error', onError);
  await boss.start();
}

export async function stopQueue(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: true, timeout: 2_000 });
}

/** Lets a call of the queue take part in a transaction: the job and our rows commit together. */
export function inTransaction(trx: Db): { db: ReturnType<typeof fromKysely> } {
  return { db: fromKysely(trx) };
}
