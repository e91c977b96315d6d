import { setImmediate as breathe } from 'node:timers/promises';
import type { Db } from '../../store/database.ts';
import { candidates, idAt, listEvents } from '../../store/queries/activity.ts';
import type { Activity, ActivityRow } from '../contract.ts';
import { type Filter, mayPass, passes, wayFor } from './filter.ts';
import type { KnownPipelines } from './pipelines.ts';
import { rowOf } from './rows.ts';

/** Events that one request looks at, at most: 20 to 40 ms on the embedded database, with pauses for webhooks in between. */
const LOOK_AT = 1_500;
/** Of these, with their actions: that costs more. */
const COUNT_ACTIONS_OF = 400;
const PIECE = 300;
/** Ids and times grow together, but not to the second. */
const CLOCK_SLACK_MS = 60_000;

export interface Search {
  /** Names of the connections that may be shown. */
  connections: string[];
  filter: Filter;
  /** Only ids below it. */
  before: number;
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
  const way = wayFor(filter);
  const from = filter.since === undefined ? 0 : await idAt(db, filter.since - CLOCK_SLACK_MS);
  const below = filter.until === undefined ? before : await idAt(db, filter.until + CLOCK_SLACK_MS);
  const range = { from, before: Math.min(before, below) };
  const rows: ActivityRow[] = [];
  let looked = 0;
  let counted = 0;
  let searchedTo: number | null = null;

  for (;;) {
    const size = Math.min(PIECE, Math.max(limit + 1, 50));
    const piece = await candidates(db, names, way, range, size);
    const likely = piece.filter((event) => mayPass(event, allowed, filter));
    const listed = await listEvents(
      db,
      likely.map(({ id }) => id),
    );
    const names_ = await pipelines.all(listed.map(({ connection }) => connection));
    for (const event of listed) {
      const row = rowOf(event, names_.get(event.connection) ?? []);
      if (!passes(row, filter)) continue;
      if (rows.length === limit) return { rows, next: rows.at(-1)!.id, searchedTo: rows.at(-1)!.at };
      rows.push(row);
    }
    const last = piece.at(-1);
    if (!last || piece.length < size) return { rows, next: null, searchedTo: null };
    range.before = last.id;
    searchedTo = last.created_at;
    looked += piece.length;
    counted += likely.length;
    if (rows.length === limit || looked >= LOOK_AT || counted >= COUNT_ACTIONS_OF)
      return { rows, next: last.id, searchedTo };
    await breathe();
  }
}
