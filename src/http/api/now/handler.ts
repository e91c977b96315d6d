import { memoizeFor } from '../../../lib/memoize-for.ts';
import { totalsSince } from '../../../store/counts/rolled-counts.ts';
import { selectConnections } from '../find-connection.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { connectionNow } from './connection-now.ts';
import { storedStates } from './query.ts';

/** How long one read of the database is reused for all open consoles, in ms. */
const SHARED_MS = 1_000;
const DAY_MS = 86_400_000;

/** The state of all connections. */
export function nowHandlers(services: ApiServices): Pick<Handlers, 'now'> {
  const { connections, database, calls, now, version, countedTo } = services;
  const readStates = memoizeFor(SHARED_MS, now, async () =>
    storedStates((await database()).db, [...connections.keys()]),
  );

  return {
    now: async ({ query }, { scope }) => {
      const { db, kind } = await database();
      const since = query.since ?? now() - DAY_MS;
      const states = await readStates();
      // A connection that was added within the second of a shared read.
      const added = scope.names.filter((name) => !states.has(name));
      if (added.length > 0)
        for (const [name, state] of await storedStates(db, added)) states.set(name, state);
      const totals = await totalsSince(db, [...scope.names], since);
      return {
        at: now(),
        since,
        version,
        database: kind,
        countedTo: countedTo(),
        connections: selectConnections(connections, undefined, scope).map((connection) => {
          const counts = totals.filter((total) => total.connection === connection.name);
          return {
            ...connectionNow(connection, states.get(connection.name)!, calls),
            counts: Object.fromEntries(counts.map(({ metric, count }) => [metric, count])),
          };
        }),
      };
    },
  };
}
