export interface EventThrottleOptions {
  /** The shortest time between two reports of one key, ms. */
  everyMs: number;
  /** Further keys count as one, so that strangers can fill neither the memory nor what is reported. */
  maxKeys: number;
  /** In ms; may be monotonic. */
  now(): number;
}

/** The key of all events whose own key has no room. */
export const OTHER_KEYS = 'others';

/** Says which of many similar events are worth a line: the first of each key at once, then one in each period with their number. */
export class EventThrottle {
  readonly #options: EventThrottleOptions;
  readonly #events = new Map<string, { unreported: number; reportedAt: number }>();

  constructor(options: EventThrottleOptions) {
    this.#options = options;
  }

  /** Counts an event. @returns how many to report now under which key; null where it is too soon */
  add(ownKey: string): { key: string; count: number } | null {
    const now = this.#options.now();
    const key = this.#keyFor(ownKey, now);
    const events = this.#events.get(key);
    if (events && now - events.reportedAt < this.#options.everyMs) {
      events.unreported += 1;
      return null;
    }
    this.#events.set(key, { unreported: 0, reportedAt: now });
    return { key, count: (events?.unreported ?? 0) + 1 };
  }

  /** What was not reported yet and is due. Without this, the number of the last period would be lost. */
  takeDue(): { key: string; count: number }[] {
    const now = this.#options.now();
    const due: { key: string; count: number }[] = [];
    for (const [key, events] of this.#events) {
      if (now - events.reportedAt < this.#options.everyMs) continue;
      if (events.unreported > 0) {
        due.push({ key, count: events.unreported });
        this.#events.set(key, { unreported: 0, reportedAt: now });
      } else this.#events.delete(key);
    }
    return due;
  }

  #keyFor(key: string, now: number): string {
    if (this.#events.has(key) || this.#events.size < this.#options.maxKeys) return key;
    for (const [old, { unreported, reportedAt }] of this.#events) {
      if (unreported > 0 || now - reportedAt < this.#options.everyMs) continue;
      this.#events.delete(old);
      return key;
    }
    return OTHER_KEYS;
  }
}
