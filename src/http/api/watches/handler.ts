import { listRunningWatches, type WatchPosition } from '../../../store/watches.ts';
import { dealLink } from '../event/handler.ts';
import type { Handlers } from '../routes.ts';
import { connectionNamed } from '../rules/handler.ts';
import type { ConsoleOptions } from '../services.ts';

const PAGE = 100;

/** The inactivity clocks that run now. */
export function watchHandlers({ connections, database }: ConsoleOptions): Pick<Handlers, 'watches'> {
  return {
    watches: async ({ query: { connection, after } }) => {
      const asked = connection === undefined ? connections : [connectionNamed(connections, connection)];
      const names = asked.map(({ name }) => name);
      const { db } = await database();
      const rows = await listRunningWatches(db, names, after === undefined ? null : placeOf(after), PAGE);
      const last = rows.length < PAGE ? undefined : rows.at(-1);
      return {
        watches: rows.map((row) => ({
          id: row.id,
          connection: row.connection,
          start: row.start,
          unless: row.unless,
          person: row.person,
          email: row.email,
          dealId: row.deal_id,
          startedAt: row.started_at,
          firesAt: row.fires_at,
          link: dealLink(connectionNamed(connections, row.connection).kommoUrl, row.deal_id),
        })),
        next: last ? `${last.fires_at}-${last.id}` : null,
      };
    },
  };
}

function placeOf(next: string): WatchPosition {
  const [firesAt, id] = next.split('-').map(Number);
  return { fires_at: firesAt!, id: id! };
}
