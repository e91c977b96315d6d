import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../../../store/database/database.ts';
import {
  areAllConnections,
  candidates,
  FROM_THE_TOP,
  listEvents,
  placeOf,
} from '../../../store/events/activity.ts';
import type { Activity, ActivityRow } from '../contract.ts';
import { type Filter, mayPass, passes, wayFor } from './filter.ts';
import type { KnownPipelines } from './pipelines.ts';
import { rowOf } from './rows.ts';

/** Events that one request looks at, at most: 20 to 40 ms on the embedded database, with pauses for webhooks in between. */
const LOOK_AT = 1_500;
/** Of these, with their actions: that costs more. */
const COUNT_ACTIONS_OF = 200;
const PIECE = 300;

export interface Search {
  /** Names of the connections that may be shown. */
  connections: string[];
  filter: Filter;
  /** Only events below this one in the list; null: from the top. */
  before: number | null;
  limit: number;
}

/** The newest events that a filter lets through. What one search may cost is bounded: see `Activity`. */
export async function search(
  db: Db,
  pipelines: KnownPipelines,
  { connections, filter, before, limit }: Search,
): Promise<Activity> {
  const names = connections.filter((name) => filter.connection === undefined || name === filter.connection);
  const allowed = new Set(names);
  const way = wayFor(filter, await areAllConnections(db, connections));
  let place = before === null ? FROM_THE_TOP : await placeOf(db, before);
  if (filter.until !== undefined && filter.until < place.at && way.by === 'kind')
    place = { id: 0, at: filter.until };
  const rows: ActivityRow[] = [];
  let looked = 0;
  let counted = 0;
  let searchedTo: number | null = null;

  for (let size = Math.max(limit + 1, 50); ; size = PIECE) {
    const piece = await candidates(db, names, way, place, size, filter.since);
    const likely = piece.filter((event) => mayPass(event, allowed, filter)).map(({ id }) => id);
    const listed = new Map((await listEvents(db, likely)).map((event) => [event.id, event]));
    const stages = await pipelines.all([...listed.values()].map(({ connection }) => connection));
    for (const id of likely) {
      const event = listed.get(id);
      if (!event) continue;
      const row = rowOf(event, stages.get(event.connection) ?? []);
      if (!passes(row, filter)) continue;
      if (rows.length === limit) return { rows, next: rows.at(-1)!.id, searchedTo: rows.at(-1)!.at };
      rows.push(row);
    }
    const last = piece.at(-1);
    if (!last || piece.length < size) return { rows, next: null, searchedTo: null };
    place = { id: last.id, at: last.created_at };
    searchedTo = last.created_at;
    looked += piece.length;
    counted += likely.length;
    if (rows.length === limit || looked >= LOOK_AT || counted >= COUNT_ACTIONS_OF)
      return { rows, next: last.id, searchedTo };
    await breathe();
  }
}
