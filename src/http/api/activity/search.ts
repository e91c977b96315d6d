import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../../../store/database/database.ts';
import {
  areAllConnections,
  eventPage,
  listEvents,
  positionOf,
  START,
} from '../../../store/events/activity.ts';
import type { Activity, ActivityRow } from '../contract.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import { chooseStrategy, type Filter, matches, prefilter } from './filter.ts';
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
  pipelines: PipelineCache,
  { connections, filter, before, limit }: Search,
): Promise<Activity> {
  const names = connections.filter((name) => filter.connection === undefined || name === filter.connection);
  const allowed = new Set(names);
  const way = chooseStrategy(filter, await areAllConnections(db, connections));
  let place = before === null ? START : await positionOf(db, before);
  if (filter.until !== undefined && filter.until < place.at && way.by === 'kind')
    place = { id: 0, at: filter.until };
  const rows: ActivityRow[] = [];
  let looked = 0;
  let counted = 0;
  let searchedTo: number | null = null;

  for (let size = Math.max(limit + 1, 50); ; size = PIECE) {
    const piece = await eventPage(db, names, way, place, size, filter.since);
    const likely = piece.filter((event) => prefilter(event, allowed, filter)).map(({ id }) => id);
    const listed = new Map((await listEvents(db, likely)).map((event) => [event.id, event]));
    const stages = await pipelines.all([...listed.values()].map(({ connection }) => connection));
    for (const id of likely) {
      const event = listed.get(id);
      if (!event) continue;
      const row = rowOf(event, stages.get(event.connection) ?? []);
      if (!matches(row, filter)) continue;
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
