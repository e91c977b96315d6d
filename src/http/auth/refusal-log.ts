import type { Db } from '../../store/database/database.ts';
import type { Actor } from '../../store/users/actor.ts';
import { addAudit, type Refusal, setAuditCount } from '../../store/users/audit.ts';
import { networksOf } from './network.ts';

export interface RefusalLogOptions {
  db(): Promise<Db>;
  now(): number;
  onError(error: unknown): void;
}

interface Entry {
  what: Refusal;
  /** ms */
  startedAt: number;
  count: number;
  /** The id in the audit log; null where it could not be stored. */
  id: Promise<number | null>;
  storedCount: number;
}

/** Refusals of one source are one entry for this long, ms. */
const WINDOW_MS = 60_000;
/** How often counts that have grown are stored, ms. */
const FLUSH_MS = 5_000;
/** Sources that are told apart at a time. Those beyond are one source. */
const MAX_SOURCES = 500;

/**
 * Writes refused requests into the audit log: one entry for each source, kind of refusal and minute, with a count. A
 * stranger can cause any number of refusals, so neither memory nor rows may grow with it, and no answer waits for it.
 *
 * The log is empty, or holds the entries of the last minute and a timer that stores their counts.
 */
export class RefusalLog {
  readonly #options: RefusalLogOptions;
  readonly #entries = new Map<string, Entry>();
  /** Entries of past minutes whose counts are not stored yet. */
  #finished: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RefusalLogOptions) {
    this.#options = options;
  }

  /** @param detail what was refused, for people: `POST /api/users`. Of a minute's refusals the first one's is kept */
  record(what: Refusal, actor: Actor, detail: string): void {
    const source = `${what} ${actor.kind} ${actor.id} ${actor.address && networksOf(actor.address).wide}`;
    const isFull = this.#entries.size >= MAX_SOURCES && !this.#entries.has(source);
    const key = isFull ? `${what} others` : source;
    const at = this.#options.now();
    const current = this.#entries.get(key);
    if (current && at - current.startedAt < WINDOW_MS) {
      current.count += 1;
      return;
    }
    if (current) this.#finished.push(current);
    const who = isFull
      ? { ...actor, kind: 'nobody' as const, id: null, name: 'nobody', address: null }
      : actor;
    const id = this.#add(what, who, isFull ? 'many addresses at once' : detail, at);
    this.#entries.set(key, { what, startedAt: at, count: 1, id, storedCount: 1 });
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Stores the counts, and forgets the entries of past minutes. */
  async flush(): Promise<void> {
    const entries = [...this.#finished, ...this.#entries.values()];
    this.#finished = [];
    for (const [key, entry] of this.#entries) {
      if (this.#options.now() - entry.startedAt >= WINDOW_MS) this.#entries.delete(key);
    }
    if (this.#entries.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const entry of entries) await this.#store(entry);
  }

  async #add(what: Refusal, actor: Actor, detail: string, at: number): Promise<number | null> {
    try {
      return await addAudit(await this.#options.db(), { actor, at }, { what, detail });
    } catch (error) {
      this.#options.onError(error);
      return null;
    }
  }

  async #store(entry: Entry): Promise<void> {
    const { count } = entry;
    if (count === entry.storedCount) return;
    entry.storedCount = count;
    const id = await entry.id;
    if (id === null) return;
    try {
      await setAuditCount(await this.#options.db(), id, count);
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
