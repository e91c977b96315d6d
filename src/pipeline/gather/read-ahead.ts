import type { DealContext } from '../../domain/plan/plan.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { Connection } from '../connection.ts';
import { gatherDeals } from './gather.ts';
import type { DealRequirement } from './requirements.ts';

/**
 * Reads deals while what tells of them is still being stored: on an idle system Kommo's answer is what takes longest.
 * For one planning: what is read is as fresh as if it had been asked for then, because the stage change was before.
 */
export interface ReadAhead {
  /** Resolves when the question is on its way. It may be in vain: what is asked for then counts. */
  begin(connection: Connection, needs: DealRequirement[]): Promise<void>;
  /**
   * As `gatherDeals`: what was read ahead, if it is the same.
   * @throws DeliveryError
   */
  gather: typeof gatherDeals;
}

export function createReadAhead(): ReadAhead {
  let ahead: { what: string; deals: Promise<Map<number, DealContext>> } | null = null;
  return {
    async begin(connection, needs) {
      if (needs.length === 0) return;
      ahead = { what: inWords(needs), deals: gatherDeals(connection, needs) };
      // Who asks hears of it, and perhaps nobody does.
      ahead.deals.catch(() => {});
      await yieldToEventLoop();
    },
    gather: async (connection, needs) =>
      ahead?.what === inWords(needs) ? ahead.deals : gatherDeals(connection, needs),
  };
}

/** The same for the same needs, in whatever order and however often each. */
function inWords(needs: DealRequirement[]): string {
  return [...new Set(needs.map((need) => JSON.stringify(need)))].sort().join();
}
