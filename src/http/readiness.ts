import type { Db } from '../store/database/database.ts';

/**
 * Ready means that this process can take webhooks: its database is open and answers. A refused token or a connection
 * that waits is no reason to be not ready: a load balancer that takes the process out would lose the webhooks that are
 * otherwise stored until the repair.
 * @returns a sentence for each problem; empty where the process is ready
 */
export async function problemsOf(db: Db): Promise<string[]> {
  try {
    await db.selectFrom('connections').select('connection').limit(1).execute();
    return [];
  } catch {
    return ['The database cannot be reached.'];
  }
}
