import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Sentences } from '../../../languages/languages.ts';
import type { Db } from '../../../store/database/database.ts';
import {
  areAllConnections,
  type Cursor,
  cursorOf,
  type EventPosition,
  eventPage,
  type QueryStrategy,
  START,
} from '../../../store/events/event-pages.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { Activity, ActivityRow } from './contract.ts';
import { type Entry, loadEntries, oneOfEachMessage, rowsOfEntries } from './entries.ts';
import { type Filter, hasOutcome, isOfReports, prefilter } from './filter.ts';
import { chooseStrategy, isById, isReadBefore, isUnlimited, reads } from './strategy.ts';

/** The most events that one request reads: 20 to 40 ms on the embedded database, with pauses for webhooks in between. */
const MAX_READ = 1_500;
/** The most rows that are read with their reports and actions, which costs more. */
const MAX_COUNTED = 200;
const MIN_PAGE = 50;
const PAGE = 300;
/** So many events are read for each row, so that a list of one page is read in one go: a message has several reports. */
const EVENTS_PER_ROW = { mixed: 2, reports: 4 };
/** The fewest rows that are read together. */
const MIN_PART = 10;

export interface Search {
  filter: Filter;
  /** Only events below this id in the list; null: from the newest on. */
  before: number | null;
  limit: number;
  words: Sentences;
}

/**
 * The newest events that match a filter, the reports of a message as one row. A search reads page after page until it has enough
 * rows, and stops early after `MAX_READ` events; see `Activity` for the answer in that case.
 */
export async function search(db: Db, pipelines: PipelineCache, options: Search): Promise<Activity> {
  const { filter, before, limit, words } = options;
  const names = [...filter.connections];
  const strategy = chooseStrategy(filter, isUnlimited(filter) && (await areAllConnections(db, names)));
  let cursor = await startOf(db, before, filter, strategy);
  const rows: ActivityRow[] = [];
  let read = 0;
  let counted = 0;

  const perRow = EVENTS_PER_ROW[isOfReports(filter) ? 'reports' : 'mixed'];
  for (let size = Math.max(limit * perRow + 1, MIN_PAGE); ; size = Math.min(2 * size, PAGE)) {
    const page = await eventPage(db, names, strategy, cursor, size, filter.since);
    let likely = oneOfEachMessage(page.filter((event) => prefilter(event, filter)));
    while (likely.length > 0 && counted < MAX_COUNTED) {
      const part = likely.slice(0, Math.max(MIN_PART, limit + 1 - rows.length));
      likely = likely.slice(part.length);
      counted += part.length;
      const entries = (await loadEntries(db, part)).filter((entry) => isPlace(entry, filter, strategy));
      const rowOf = await rowsOfEntries(db, pipelines, entries);
      for (const entry of entries) {
        const row = rowOf(entry, words);
        if (!hasOutcome(row, filter)) continue;
        if (rows.length === limit) return { rows, next: rows.at(-1)!.id, searchedTo: rows.at(-1)!.at };
        rows.push(row);
      }
      if (likely.length > 0 && counted >= MAX_COUNTED) return { rows, ...endAt(part.at(-1)!) };
      await yieldToEventLoop();
    }
    const last = page.at(-1);
    if (!last || page.length < size) return { rows, next: null, searchedTo: null };
    cursor = { id: last.id, at: last.created_at };
    read += page.length;
    if (rows.length === limit || read >= MAX_READ || counted >= MAX_COUNTED) return { rows, ...endAt(last) };
    await yieldToEventLoop();
  }
}

const endAt = ({ id, created_at }: EventPosition) => ({ next: id, searchedTo: created_at });

/** Whether a message has its place in the list here: at the latest of its reports that match. */
function isPlace({ event, reports }: Entry, filter: Filter, strategy: QueryStrategy): boolean {
  return !reports.some(
    (report) =>
      isReadBefore(strategy, report, event) && prefilter(report.position, filter) && reads(strategy, report),
  );
}

async function startOf(
  db: Db,
  before: number | null,
  { until }: Filter,
  strategy: QueryStrategy,
): Promise<Cursor> {
  const cursor = before === null ? START : await cursorOf(db, before);
  return !isById(strategy) && until !== undefined && until < cursor.at ? { id: 0, at: until } : cursor;
}
