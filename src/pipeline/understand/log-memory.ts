import type { UnixSeconds } from '../../domain/entities.ts';
import type { Millis } from '../../store/database/schema.ts';
import { LOG_OVERLAP_S } from '../../store/retention/kept-times.ts';

/** A short overlap, s: most entries are in the log within seconds. */
const SHORT_OVERLAP_S = 60;
/** How often the log is read with the whole overlap at least, ms. */
const WHOLE_OVERLAP_EVERY_MS = 5 * 60_000;
/** What one call reads. */
const ONE_PAGE = 100;

/**
 * What a process remembers of Kommo's events log between two readings that are seconds apart, so that an entry is handled once
 * and not with each reading until the overlap has passed it.
 *
 * `handled` has the entries whose events are committed: after a reading with the whole overlap exactly those of it, after one with
 * the short overlap also those of before. After a restart it is empty, and entries are recognised by their keys in the database.
 */
export class LogMemory {
  #handled: ReadonlySet<string> = new Set();
  #wholeAt: Millis | null = null;
  #isLarge = false;
  #isWhole = true;

  /**
   * How far before the end of the last reading the next one begins, s. Where that takes more than one call, the whole overlap is
   * read every five minutes only: after a bulk change of thousands of deals each reading would else take dozens of calls.
   */
  overlapAt(now: Millis): UnixSeconds {
    const isDue = this.#wholeAt === null || now - this.#wholeAt >= WHOLE_OVERLAP_EVERY_MS;
    this.#isWhole = isDue || !this.#isLarge;
    return this.#isWhole ? LOG_OVERLAP_S : SHORT_OVERLAP_S;
  }

  /** Those that no earlier reading has handled. */
  fresh<T extends { id: string }>(entries: readonly T[]): T[] {
    return entries.filter(({ id }) => !this.#handled.has(id));
  }

  /** To be called when a reading is committed, with the ids of the entries that need not be handled again. */
  onRead(ids: readonly string[], now: Millis): void {
    if (this.#isWhole) {
      this.#handled = new Set(ids);
      this.#isLarge = ids.length > ONE_PAGE;
      this.#wholeAt = now;
    } else this.#handled = new Set([...this.#handled, ...ids]);
  }
}
