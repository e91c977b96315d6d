import { listRunningWatches, type WatchPosition } from '../../../store/watches.ts';
import { selectConnections } from '../find-connection.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';

const PAGE = 100;

/** The running inactivity timers. */
export function watchHandlers({ connections, database }: ApiServices): Pick<Handlers, 'watches'> {
  return {
    watches: async ({ query: { connection, after } }, { scope }) => {
      const selected = selectConnections(connections, connection, scope);
      const urls = new Map(selected.map(({ name, dealUrl }) => [name, dealUrl]));
      const { db } = await database();
      const position = after === undefined ? null : positionOf(after);
      const rows = await listRunningWatches(db, [...urls.keys()], position, PAGE);
      const last = rows.length < PAGE ? undefined : rows.at(-1);
      return {
        watches: rows.map((row) => ({
          id: row.id,
          connection: row.connection,
          start: row.start,
          unless: row.unless,
          person: row.person,
          email: row.email,
          client: row.client,
          dealId: row.deal_id,
          deal: row.deal,
          startedAt: row.started_at,
          firesAt: row.fires_at,
          link: urls.get(row.connection)!(row.deal_id),
        })),
        next: last ? `${last.fires_at}-${last.id}` : null,
      };
    },
  };
}

/** @param next as a page before has answered it: `FIRES_AT-ID` */
function positionOf(next: string): WatchPosition {
  const [firesAt, id] = next.split('-').map(Number);
  return { fires_at: firesAt!, id: id! };
}
