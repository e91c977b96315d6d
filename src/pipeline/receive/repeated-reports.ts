export interface RepeatedReportsOptions {
  /** In ms; may be monotonic. */
  now(): number;
  maxRemembered?: number;
}

/** A signed report is accepted for 300 s before and after its timestamp. */
const REMEMBER_MS = 600_000;
/** At about 150 bytes each. Beyond that the oldest is forgotten; a repeat of it is stored again, and counts once anyway. */
const MAX_REMEMBERED = 20_000;

/**
 * Recognises a report that is sent again with the same signature: a captured request could be replayed to fill the
 * database. Customer.io signs a retry anew, with its own timestamp. Each process remembers for itself.
 *
 * A report is `storing` until its first copy is on disk, then `stored`; one that could not be stored is forgotten, so that
 * the next copy is stored.
 */
export class RepeatedReports {
  readonly #now: () => number;
  readonly #maxRemembered: number;
  readonly #reports = new Map<string, { at: number; stored: Promise<void> }>();

  constructor({ now, maxRemembered = MAX_REMEMBERED }: RepeatedReportsOptions) {
    this.#now = now;
    this.#maxRemembered = maxRemembered;
  }

  /**
   * Stores a report unless a copy of it was stored.
   * @param key identifies the report: its connection, timestamp and signature
   * @returns resolves when the report, or its first copy, is on disk. Rejects where that fails.
   */
  storeOnce(key: string, store: () => Promise<void>): Promise<void> {
    const now = this.#now();
    const known = this.#reports.get(key);
    if (known && now - known.at < REMEMBER_MS) return known.stored;
    const report = { at: now, stored: store() };
    this.#reports.delete(key);
    this.#reports.set(key, report);
    report.stored.catch(() => {
      if (this.#reports.get(key) === report) this.#reports.delete(key);
    });
    this.#forgetOldest(now);
    return report.stored;
  }

  /** The map is in the order of arrival. */
  #forgetOldest(now: number): void {
    for (const [key, { at }] of this.#reports) {
      if (this.#reports.size <= this.#maxRemembered && now - at < REMEMBER_MS) break;
      this.#reports.delete(key);
    }
  }
}
