import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of the space for young objects, in bytes; both halves together. Node's own limit is 128 MB. */
const YOUNG_LIMIT = 32 * 1024 * 1024;
/** How much what lives may grow, in percent, before it is looked through again. V8's own answer is up to 300. */
const GROWTH_PERCENT = 30;

let observer: PerformanceObserver | null = null;

/**
 * Keeps V8 from taking memory that only saves it work: under load its heap grew to twice of what it needs, and all of it
 * stays resident. `--max-semi-space-size=16` would say the same of young objects, but counts only on a process's command
 * line. V8 reads both flags here each time it collects.
 */
export function limitHeap(): void {
  if (observer) return;
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  let factor = 2;
  observer = new PerformanceObserver(() => {
    // When idle V8 makes the space small again, and from there it may grow.
    const wanted = spaceOf('new_space') >= YOUNG_LIMIT ? 1 : 2;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}

/** How large one of V8's spaces is, in bytes: `new_space` for young objects, `old_space` for those that have lived. */
export function spaceOf(name: 'new_space' | 'old_space'): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === name)?.space_size ?? 0;
}
