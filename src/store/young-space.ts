import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** In bytes; both halves together. Node's own limit is 128 MB. */
const LIMIT = 32 * 1024 * 1024;

let observer: PerformanceObserver | null = null;

/**
 * Under load Node lets its space for young objects grow to 128 MB, all of which stay resident; it works as well with a
 * quarter of that. `--max-semi-space-size=16` would say the same, but counts only on a process's command line, and
 * starting the process again costs a start's time. V8 reads the factor at every growth.
 */
export function limitYoungSpace(): void {
  if (observer) return;
  let factor = 2;
  observer = new PerformanceObserver(() => {
    // When idle V8 makes the space small again, and from there it may grow.
    const wanted = youngSpace() >= LIMIT ? 1 : 2;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}

/** How large the space for young objects is, in bytes. */
export function youngSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
