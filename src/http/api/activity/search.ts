import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { withSenderNames } from '../../../store/campaigns/sender-names.ts';
import type { Db } from '../../../store/database/database.ts';
import { loadNamesOfAll } from '../../../store/deals/names.ts';
import {
  areAllConnections,
  type Cursor,
  cursorOf,
  eventPage,
  listEvents,
  type QueryStrategy,
  START,
} from '../../../store/events/activity.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Activity, ActivityRow } from './contract.ts';
import { chooseStrategy, type Filter, matches, prefilter } from './filter.ts';
import { rowOf } from './rows.ts';

/** The most events that one request reads: 20 to 40 ms on the embedded database, with pauses for webhooks in between. */
const MAX_READ = 1_500;
/** The most events that are read with their actions, which costs more. */
const MAX_COUNTED = 200;
const MIN_PAGE = 50;
const PAGE = 300;

export interface Search {
  filter: Filter;
  /** Only events below this id in the list; null: from the newest on. */
  before: number | null;
  limit: number;
}

/**
 * The newest events that match a filter. A search reads page after page until it has enough rows, and stops early after
 * `MAX_READ` events; see `Activity` for the answer in that case.
 */
export async function search(db: Db, pipelines: PipelineCache, options: Search): Promise<Activity> {
  const { filter, before, limit } = options;
  const names = [...filter.connections];
  const strategy = chooseStrategy(filter, await areAllConnections(db, names));
  let cursor = await startOf(db, before, filter, strategy);
  const rows: ActivityRow[] = [];
  let read = 0;
  let counted = 0;

  for (let size = Math.max(limit + 1, MIN_PAGE); ; size = PAGE) {
    const page = await eventPage(db, names, strategy, cursor, size, filter.since);
    const likely = page.filter((event) => prefilter(event, filter)).map(({ id }) => id);
    for (const row of await rowsOf(db, pipelines, likely)) {
      if (!matches(row, filter)) continue;
      if (rows.length === limit) return { rows, next: rows.at(-1)!.id, searchedTo: rows.at(-1)!.at };
      rows.push(row);
    }
    const last = page.at(-1);
    if (!last || page.length < size) return { rows, next: null, searchedTo: null };
    cursor = { id: last.id, at: last.created_at };
    read += page.length;
    counted += likely.length;
    if (rows.length === limit || read >= MAX_READ || counted >= MAX_COUNTED)
      return { rows, next: last.id, searchedTo: last.created_at };
    await yieldToEventLoop();
  }
}

async function startOf(
  db: Db,
  before: number | null,
  { until }: Filter,
  strategy: QueryStrategy,
): Promise<Cursor> {
  const cursor = before === null ? START : await cursorOf(db, before);
  return strategy.by === 'kind' && until !== undefined && until < cursor.at ? { id: 0, at: until } : cursor;
}

/** The rows in the order of the ids. Events that were removed since are left out. */
async function rowsOf(db: Db, pipelines: PipelineCache, ids: number[]): Promise<ActivityRow[]> {
  const listed = await withSenderNames(db, await listEvents(db, ids));
  const events = new Map(listed.map((event) => [event.id, event]));
  const stages = await pipelines.all([...events.values()].map(({ connection }) => connection));
  const names = await loadNamesOfAll(db, listed);
  return ids.flatMap((id) => {
    const event = events.get(id);
    return event ? [rowOf(event, stages.get(event.connection) ?? [], names(event))] : [];
  });
}
