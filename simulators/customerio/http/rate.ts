/** Counts calls in the last rolling second. */
export interface RateWindow {
  /** Counts a call at this time (ms) and returns how many came in the second up to it. */
  count(at: number): number;
  /** Takes the last counted call back: a refused call does not use up the limit. */
  uncount(): void;
  readonly peak: number;
}

export function createRateWindow(): RateWindow {
  let times: number[] = [];
  let head = 0;
  let peak = 0;
  return {
    count(at) {
      times.push(at);
      while ((times[head] as number) <= at - 1000) head++;
      if (head > 10_000) {
        times = times.slice(head);
        head = 0;
      }
      peak = Math.max(peak, times.length - head);
      return times.length - head;
    },
    uncount: () => void times.pop(),
    get peak() {
      return peak;
    },
  };
}
