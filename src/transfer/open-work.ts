import { z } from 'zod';
import type { Session } from './session.ts';

const count = z.number().int().nonnegative();

/** What a database had still to do: after a restore it is done again, or found to be done. */
export const OPEN_WORK = z.object({
  /** Notes and tasks for Kommo. */
  creations: count,
  /** Other actions for Kommo, which may be repeated. */
  changes: count,
  /** Actions for Customer.io. */
  customerio: count,
  /** Requests and events that are not planned yet, and stage changes that wait or are held. */
  unplanned: count,
  /** Running inactivity timers. */
  timers: count,
});

export type OpenWork = z.infer<typeof OPEN_WORK>;

export async function readOpenWork(session: Session): Promise<OpenWork> {
  const [row] = await session.rows<OpenWork>(`
    select
      (count(*) filter (where lane = 'kommo' and kind in ('note', 'task')))::int as creations,
      (count(*) filter (where lane = 'kommo' and kind not in ('note', 'task')))::int as changes,
      (count(*) filter (where lane = 'customerio'))::int as customerio,
      (select count(*) from inbox where state = 'new')::int
        + (select count(*) from events where state in ('new', 'waiting', 'held'))::int as unplanned,
      (select count(*) from watches where state = 'running')::int as timers
    from actions where state in ('waiting', 'ready', 'sending')`);
  return row!;
}
