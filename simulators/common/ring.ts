/** A list that remembers its last `size` entries. */
export interface Ring<T> {
  push(entry: T): void;
  /** A copy, oldest first. */
  all(): T[];
  /** How many were ever pushed, the forgotten ones too. `clear` does not reset it. */
  readonly total: number;
  clear(): void;
}

/** Creates an empty ring. Throws a RangeError for a size below 1. */
export function createRing<T>(size: number): Ring<T> {
  if (!(size >= 1)) throw new RangeError(`A ring must hold 1 entry or more, not ${size}.`);
  const slots: T[] = [];
  let oldest = 0;
  let total = 0;
  return {
    push(entry) {
      total += 1;
      if (slots.length < size) slots.push(entry);
      else {
        slots[oldest] = entry;
        oldest = (oldest + 1) % slots.length;
      }
    },
    all: () => [...slots.slice(oldest), ...slots.slice(0, oldest)],
    get total() {
      return total;
    },
    clear() {
      slots.length = 0;
      oldest = 0;
    },
  };
}
