import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../../../store/database/database.ts';
import {
  eventIdsAbove,
  listEvents,
  newestEventId,
  plannedOf,
  settledSince,
} from '../../../store/events/activity.ts';
import type { ActivityRow } from '../contract.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import { rowOf } from './rows.ts';

/** What came since the last message: new events and events that have changed, each oldest first. */
export interface News {
  fresh: ActivityRow[];
  changed: ActivityRow[];
  /** More came than is told at once. */
  missed: boolean;
}

export interface Listener {
  tell(news: News): void;
  /** The server stops. */
  end(): void;
}

/** One reader of the database for all open consoles of this process. It reads only while somebody listens. */
export interface Feed {
  /** @returns a function that ends it. */
  join(listener: Listener): () => void;
  /** Rows above an id, for somebody who comes back. */
  since(id: number): Promise<News>;
  listeners(): number;
  close(): void;
}

export interface FeedOptions {
  /** The connections that may be shown. */
  names: string[];
  database(): Promise<{ db: Db; kind: 'embedded' | 'postgres' }>;
  pipelines: PipelineCache;
  now(): number;
  log: FastifyBaseLogger;
  /** Between two looks, in ms. */
  everyMs?: number;
}

/** A few looks a second: each costs under a millisecond where nothing is new. */
const EVERY_MS = 400;
/** Rows told at once. At 200 events a second a look finds 80. */
const MOST = 200;
/** On a server, rows with a smaller id can appear late: as many ids behind the newest are looked at again. */
const LATE_IDS = 50;
const LATE_MS = 3_000;
/** Events that are remembered as told, and as not planned yet. */
const REMEMBERED = 2_000;

export function createFeed({ names, database, pipelines, now, log, everyMs = EVERY_MS }: FeedOptions): Feed {
  const allowed = new Set(names);
  const listeners = new Set<Listener>();
  const told = new Map<number, string>();
  const unplanned = new Set<number>();
  const settled = new Map<number, number>();
  let newest = 0;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function schedule(): void {
    if (timer || closed || listeners.size === 0) return;
    timer = setTimeout(() => void look(), everyMs);
    timer.unref();
  }

  async function look(): Promise<void> {
    try {
      const { db } = await database();
      const news = await read(db);
      if (news.fresh.length + news.changed.length > 0 || news.missed) {
        for (const listener of listeners) listener.tell(news);
      }
    } catch (error) {
      log.warn({ err: error }, 'the list of events could not be read for the open consoles; trying again');
    }
    timer = null;
    schedule();
  }

  /** From now on: what was there before, the list has shown. */
  async function begin(): Promise<void> {
    const { db } = await database();
    newest = await newestEventId(db);
    told.clear();
    unplanned.clear();
    settled.clear();
    for (const { id, done_at } of await settledSince(db, now() - LATE_MS, MOST)) settled.set(id, done_at);
    const last = await eventIdsAbove(db, newest - LATE_IDS, LATE_IDS);
    const planned = new Set(await plannedOf(db, last));
    for (const id of last) {
      told.set(id, '');
      if (!planned.has(id)) unplanned.add(id);
    }
  }

  async function read(db: Db): Promise<News> {
    const above = await eventIdsAbove(db, Math.max(0, newest - LATE_IDS), MOST + LATE_IDS);
    const ids = above.filter((id) => !told.has(id));
    const changed = new Set(await plannedOf(db, [...unplanned]));
    const done = await settledSince(db, now() - LATE_MS, 2 * MOST);
    for (const action of done) if (!settled.has(action.id)) changed.add(action.event_id);
    for (const action of done) settled.set(action.id, action.done_at);
    for (const id of ids) changed.delete(id);
    const missed = ids.length > MOST || changed.size > MOST;
    newest = Math.max(newest, ...ids);
    const rows = await rowsOf(db, [...ids.slice(-MOST), ...[...changed].slice(-MOST)]);
    const fresh = new Set(ids);
    const news = rows.filter((row) => isNews(row));
    forget();
    return {
      fresh: news.filter(({ id }) => fresh.has(id)),
      changed: news.filter(({ id }) => !fresh.has(id)),
      missed,
    };
  }

  /** Remembers what was told, and tells nothing twice. */
  function isNews(row: ActivityRow): boolean {
    const shown = JSON.stringify([row.outcome, row.actions, row.reason, row.rule, row.person]);
    const before = told.get(row.id);
    told.delete(row.id);
    told.set(row.id, shown);
    if (row.outcome === 'open' && row.rule === null) unplanned.add(row.id);
    else unplanned.delete(row.id);
    return before !== shown;
  }

  function forget(): void {
    for (const list of [told, unplanned]) {
      for (const id of list.keys()) {
        if (list.size <= REMEMBERED) break;
        list.delete(id);
      }
    }
    for (const [id, at] of settled) if (at < now() - LATE_MS) settled.delete(id);
  }

  async function rowsOf(db: Db, ids: number[]): Promise<ActivityRow[]> {
    const events = (await listEvents(db, ids)).filter(({ connection }) => allowed.has(connection)).reverse();
    const known = await pipelines.all(events.map(({ connection }) => connection));
    return events.map((event) => rowOf(event, known.get(event.connection) ?? []));
  }

  return {
    join(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        const begun = begin().catch((error: unknown) => log.warn({ err: error }, 'the feed could not begin'));
        void begun.then(schedule);
      }
      return () => void listeners.delete(listener);
    },
    async since(id) {
      const { db } = await database();
      const ids = await eventIdsAbove(db, id, MOST + 1);
      const fresh = await rowsOf(db, ids.slice(-MOST));
      return { fresh, changed: [], missed: ids.length > MOST };
    },
    listeners: () => listeners.size,
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}
