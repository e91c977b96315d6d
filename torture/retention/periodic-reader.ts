import {
  type PeriodicReaderOptions,
  PeriodicReader as RealPeriodicReader,
} from '../../src/pipeline/periodic-reader.ts';

/** Minutes become seconds. */
const FASTER = 60;
/** Shorter waits are not for the next reading, but for the end of one. */
const LONG_MS = 20_000;

/** Reads Kommo's log every five seconds: within the time for which it is read back, as in reality. */
export class PeriodicReader extends RealPeriodicReader {
  constructor(options: PeriodicReaderOptions) {
    const { clock } = options;
    const faster = (ms: number) => (ms < LONG_MS ? ms : ms / FASTER);
    super({
      ...options,
      clock: {
        now: () => clock.now(),
        setTimeout: (callback, ms) => clock.setTimeout(callback, faster(ms)),
        setInterval: (callback, ms) => clock.setInterval(callback, faster(ms)),
        clearTimeout: (timer) => clock.clearTimeout(timer),
        clearInterval: (timer) => clock.clearInterval(timer),
      },
    });
  }
}
