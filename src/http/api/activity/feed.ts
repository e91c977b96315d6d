import type { FastifyBaseLogger } from 'fastify';
import { LANGUAGES, type Sentences } from '../../../languages/languages.ts';
import type { Db } from '../../../store/database/database.ts';
import { eventIdsAbove, newestEventId, plannedOf, settledSince } from '../../../store/events/activity.ts';
import type { EventPosition } from '../../../store/events/event-pages.ts';
import { positionsOf } from '../../../store/events/message-reports.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { ActivityRow } from './contract.ts';
import { loadEntries, type PlacedEvent, rowsOfEntries } from './entries.ts';

/** An event, and the row that shows it: that of its message, for a report of one. */
export interface NewsItem {
  event: EventPosition;
  /** In English. */
  row: ActivityRow;
  /** The same in a language. */
  rowIn(words: Sentences): ActivityRow;
}

/** The changes since the last message: new events, and events that have changed, each oldest first. */
export interface News {
  fresh: NewsItem[];
  changed: NewsItem[];
  /** Whether there were more than one message holds. */
  missed: boolean;
}

export interface Listener {
  publish(news: News): void;
  /** Called when the server stops. */
  end(): void;
}

/** Reads the database once for all open consoles of this process. */
export interface Feed {
  /** Subscribes a listener to all news. @returns a function that unsubscribes it */
  join(listener: Listener): () => void;
  /** The events above an id, for a browser that reconnects. */
  since(id: number): Promise<News>;
  listeners(): number;
  close(): void;
}

export interface FeedOptions {
  /** The connections that may be shown. */
  connections: { has(name: string): boolean };
  database(): Promise<{ db: Db; kind: 'embedded' | 'postgres' }>;
  pipelines: PipelineCache;
  now(): number;
  log: FastifyBaseLogger;
  /** The pause between two polls, in ms. */
  everyMs?: number;
}

const { en } = LANGUAGES;

/** The pause between two polls, in ms. A poll that finds nothing takes less than a millisecond. */
const EVERY_MS = 400;
/** Rows of one message. At 200 events a second a poll finds 80. */
const MAX_ROWS = 200;
/** On a server a row can appear after one with a larger id was read: this many ids below the newest are read again. */
const LATE_IDS = 50;
/** Likewise for the time at which actions were settled, in ms. */
const LATE_MS = 3_000;
/** How many events are remembered as published, and as not planned yet. */
const MAX_REMEMBERED = 2_000;

/**
 * - `idle`: there is no listener, and nothing is read
 * - `starting`: the first listener has joined, and the current state of the database is read, which is not news
 * - `polling`: the next poll is scheduled or in progress
 * - `closed`: the server stops; a closed feed stays closed
 */
type FeedState = 'idle' | 'starting' | 'polling' | 'closed';

export class ActivityFeed implements Feed {
  readonly #options: FeedOptions;
  readonly #listeners = new Set<Listener>();
  #state: FeedState = 'idle';
  #timer: NodeJS.Timeout | undefined;
  /** The largest id that was read. */
  #newest = 0;
  /** The state of each event as last published, so that nothing is published twice. */
  readonly #published = new Map<number, string>();
  /** Events that were not planned when they were last read. */
  readonly #unplanned = new Set<number>();
  /** The actions that were settled in the last `LATE_MS`, with the time, ms. */
  readonly #settled = new Map<number, number>();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  join(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#state === 'idle') this.#setState('starting');
    return () => void this.#listeners.delete(listener);
  }

  async since(id: number): Promise<News> {
    const { db } = await this.#options.database();
    const ids = await eventIdsAbove(db, id, MAX_ROWS + 1);
    const fresh = await this.#itemsOf(db, ids.slice(-MAX_ROWS));
    return { fresh: fresh.map(({ item }) => item), changed: [], missed: ids.length > MAX_ROWS };
  }

  listeners(): number {
    return this.#listeners.size;
  }

  close(): void {
    this.#setState('closed');
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  #setState(state: FeedState): void {
    clearTimeout(this.#timer);
    if (this.#state === 'closed') return;
    this.#state = state;
    if (state === 'starting') void this.#start();
    if (state === 'polling') {
      const everyMs = this.#options.everyMs ?? EVERY_MS;
      this.#timer = setTimeout(() => void this.#poll(), everyMs).unref();
    }
  }

  async #start(): Promise<void> {
    try {
      await this.#readBaseline();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the activity feed could not read its starting point');
    }
    this.#setState(this.#listeners.size > 0 ? 'polling' : 'idle');
  }

  async #poll(): Promise<void> {
    try {
      const news = await this.#read((await this.#options.database()).db);
      if (news.fresh.length + news.changed.length > 0 || news.missed) {
        for (const listener of this.#listeners) listener.publish(news);
      }
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'the activity for open consoles could not be read; trying again',
      );
    }
    this.#setState(this.#listeners.size > 0 ? 'polling' : 'idle');
  }

  /** Remembers the current state of the database, which the list has shown already. */
  async #readBaseline(): Promise<void> {
    const { db } = await this.#options.database();
    this.#newest = await newestEventId(db);
    this.#published.clear();
    this.#unplanned.clear();
    this.#settled.clear();
    const settled = await settledSince(db, this.#options.now() - LATE_MS, MAX_ROWS);
    for (const { id, done_at } of settled) this.#settled.set(id, done_at);
    const last = await eventIdsAbove(db, this.#newest - LATE_IDS, LATE_IDS);
    const planned = new Set(await plannedOf(db, last));
    for (const id of last) {
      this.#published.set(id, '');
      if (!planned.has(id)) this.#unplanned.add(id);
    }
  }

  async #read(db: Db): Promise<News> {
    const above = await eventIdsAbove(db, Math.max(0, this.#newest - LATE_IDS), MAX_ROWS + LATE_IDS);
    const fresh = new Set(above.filter((id) => !this.#published.has(id)));
    const changed = await this.#changedEvents(db);
    for (const id of fresh) changed.delete(id);
    const missed = fresh.size > MAX_ROWS || changed.size > MAX_ROWS;
    this.#newest = Math.max(this.#newest, ...fresh);
    const ids = [...[...fresh].slice(-MAX_ROWS), ...[...changed].slice(-MAX_ROWS)];
    const items = await this.#itemsOf(db, ids);
    const news = items.filter(({ stored, item }) => this.#isNews(stored, item)).map(({ item }) => item);
    this.#forgetOldest();
    return {
      fresh: news.filter(({ event }) => fresh.has(event.id)),
      changed: news.filter(({ event }) => !fresh.has(event.id)),
      missed,
    };
  }

  /** The events that were planned, or had an action settled, since the last poll. */
  async #changedEvents(db: Db): Promise<Set<number>> {
    const changed = new Set(await plannedOf(db, [...this.#unplanned]));
    const settled = await settledSince(db, this.#options.now() - LATE_MS, 2 * MAX_ROWS);
    for (const { id, event_id, done_at } of settled) {
      if (!this.#settled.has(id)) changed.add(event_id);
      this.#settled.set(id, done_at);
    }
    return changed;
  }

  /** Whether an event's row differs from its last publication. Remembers it as published. */
  #isNews({ id, state }: PlacedEvent, { row }: NewsItem): boolean {
    const { outcome, actions, reason, rule, person, message, reports } = row;
    const shown = JSON.stringify([outcome, actions, reason, rule, person, message, reports]);
    const before = this.#published.get(id);
    // Deleted first, so that the map is in the order of publication.
    this.#published.delete(id);
    this.#published.set(id, shown);
    if (state === 'new') this.#unplanned.add(id);
    else this.#unplanned.delete(id);
    return before !== shown;
  }

  #forgetOldest(): void {
    for (const remembered of [this.#published, this.#unplanned]) {
      for (const id of remembered.keys()) {
        if (remembered.size <= MAX_REMEMBERED) break;
        remembered.delete(id);
      }
    }
    const before = this.#options.now() - LATE_MS;
    for (const [id, at] of this.#settled) if (at < before) this.#settled.delete(id);
  }

  /** In the order of the ids. */
  async #itemsOf(db: Db, ids: number[]): Promise<{ stored: PlacedEvent; item: NewsItem }[]> {
    const positions = await positionsOf(db, ids);
    const shown = positions
      .filter(({ connection }) => this.#options.connections.has(connection))
      .sort((a, b) => a.id - b.id);
    const entries = await loadEntries(db, shown);
    const rowOf = await rowsOfEntries(db, this.#options.pipelines, entries);
    return entries.map((entry) => {
      const row = rowOf(entry, en);
      const rowIn = (words: Sentences) => (words === en ? row : rowOf(entry, words));
      return { stored: entry.event, item: { event: entry.event.position, row, rowIn } };
    });
  }
}
