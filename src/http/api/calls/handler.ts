import { callsOf } from '../../../domain/calls.ts';
import { listOpenTasks, listRecentClicks } from '../../../store/calls.ts';
import { loadNamesOfAll } from '../../../store/deals/names.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';

const DAY = 86_400_000;
/** How old a task and a click may be, in ms. */
const TASK_AGE = 7 * DAY;
const CLICK_AGE = 3 * DAY;
/** How many tasks and how many clicks are read at most. */
const LIMIT = 100;

/** Clients whom somebody should call. */
export function callHandlers({ connections, database, now }: ApiServices): Pick<Handlers, 'calls'> {
  return {
    calls: async ({ query: { connection } }, { scope }) => {
      const selected = scope.select(connection);
      const { db } = await database();
      const tasks = await listOpenTasks(db, selected, now() - TASK_AGE, LIMIT);
      const clicks = await listRecentClicks(db, selected, Math.floor((now() - CLICK_AGE) / 1000), LIMIT);
      const found = callsOf(tasks, clicks);
      const namesOf = await loadNamesOfAll(
        db,
        found.map((call) => ({ ...call, deal_id: call.dealId })),
      );
      return {
        calls: found.map(({ connection, dealId, person, tasks, click }) => ({
          ...{ connection, dealId, person },
          ...namesOf({ connection, person, deal_id: dealId }),
          link: connections.get(connection)?.dealUrl(dealId) ?? '',
          tasks: tasks.map(({ text, dueAt, event }) => ({ text, dueAt: dueAt * 1000, event })),
          click: click && { at: click.clickedAt * 1000, event: click.event },
        })),
        more: tasks.length === LIMIT || clicks.length === LIMIT,
      };
    },
  };
}
