import { type ConstructorOptions, fromKysely, type PgBoss } from 'pg-boss';
import type { Db } from './types.ts';

/** Options for the queue on both databases. Its upkeep is off: it would keep an idle laptop's disk busy. */
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

/** Makes a call of the queue part of a transaction, so that the job and Stagepost's rows commit together. */
export function inTransaction(trx: Db): { db: ReturnType<typeof fromKysely> } {
  return { db: fromKysely(trx) };
}
