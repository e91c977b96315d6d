import { createRollUp } from '../../src/store/counts/roll-up.ts';
import type { Database } from '../../src/store/database/database.ts';

/** Counts everything that is stored, without the time that a server waits for transactions that may still be open. */
export async function countAll(database: Pick<Database, 'db' | 'kind'>, now = Date.now): Promise<void> {
  const rollUp = createRollUp({
    database,
    now,
    onError: (error) => {
      throw error;
    },
    // Rounds of its own only when they are asked for.
    times: { delayMs: 0, doneDelayMs: 0, pauseMs: 3_600_000, idleMs: 3_600_000 },
  });
  await rollUp.countAll();
  await rollUp.stop();
}
