import { namesOfKind } from '../../../domain/actions.ts';
import { readWaitingWork } from '../../../store/actions/waiting-work.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';

/** Counted at most, of actions and of events each. */
const LIMIT = 1_000;

/** What waits while a side of the connection does not work. */
export function waitingHandlers({ database }: Pick<ApiServices, 'database'>): Pick<Handlers, 'waitingWork'> {
  return {
    waitingWork: async ({ query: { connection } }, { scope, words }) => {
      const [name] = scope.select(connection);
      const { actions, ...work } = await readWaitingWork((await database()).db, name!, LIMIT);
      return { ...work, actions: actions.map((one) => ({ ...one, names: namesOfKind(one.kind, words) })) };
    },
  };
}
