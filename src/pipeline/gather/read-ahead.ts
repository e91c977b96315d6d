import type { DealContext } from '../../domain/plan/plan-types.ts';
import { yieldToEventLoop } from '../../lib/event-loop.ts';
import type { Connection } from '../connection.ts';
import { gatherDeals } from './gather-deals.ts';
import type { DealRequirement } from './requirements.ts';

/**
 * Reads the deals of stage changes while their events are still being stored: on an idle system Kommo's answer is the
 * longest wait. For one pass only. The read starts after the stage change happened, so it cannot return the older stage.
 */
export interface ReadAhead {
  /** Starts the read; resolves when the request is on its way. */
  begin(connection: Connection, requirements: DealRequirement[]): Promise<void>;
  /**
   * As `gatherDeals`, but uses the deals that were read ahead if the requirements are the same.
   * @throws DeliveryError, or what `compute` throws
   */
  gather: typeof gatherDeals;
}

export function createReadAhead(): ReadAhead {
  let started: { key: string; deals: Promise<Map<number, DealContext>> } | null = null;
  return {
    async begin(connection, requirements) {
      if (requirements.length === 0) return;
      started = { key: keyOf(requirements), deals: gatherDeals(connection, requirements) };
      // `gather` handles the failure. Without this, the failure of an unused read would be an unhandled rejection.
      started.deals.catch(() => {});
      await yieldToEventLoop();
    },
    gather: async (connection, requirements, compute) =>
      started?.key === keyOf(requirements) ? started.deals : gatherDeals(connection, requirements, compute),
  };
}

/** A key that ignores the order of the requirements and how often each occurs. */
function keyOf(requirements: DealRequirement[]): string {
  return [...new Set(requirements.map((requirement) => JSON.stringify(requirement)))].sort().join();
}
