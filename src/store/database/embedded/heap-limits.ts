import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** The limit of the space for young objects (both halves together), in bytes. Node's default is 128 MB. */
const YOUNG_LIMIT = 32 * 1024 * 1024;
/** How much the heap may grow before the next full collection, in percent. V8's default is up to 300. */
const GROWTH_PERCENT = 30;

let observer: PerformanceObserver | null = null;

/**
 * Keeps V8 from using memory only to collect less often: under load its heap grew to twice the size it needs, and all of
 * that stays resident. `--max-semi-space-size=16` would limit the young objects, too, but only works on the command line.
 * V8 reads both of these flags at each collection; if a later V8 ignores them, heap-limits.test.ts fails.
 *
 * Measured in November 2026 (Node 24, `bench/embedded-tuning.ts`, embedded database): at most 285 to 310 MB with it, 336 to
 * 380 MB without, in three runs each. The difference in processor time was below the noise.
 */
export function limitHeap(): void {
  if (observer) return;
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  let factor = 2;
  observer = new PerformanceObserver(() => {
    // An idle V8 shrinks the space, so it may grow again afterwards.
    const wanted = spaceOf('new_space') >= YOUNG_LIMIT ? 1 : 2;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}

/** The size of one of V8's spaces, in bytes: `new_space` for young objects, `old_space` for long-lived ones. */
export function spaceOf(name: 'new_space' | 'old_space'): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === name)?.space_size ?? 0;
}
