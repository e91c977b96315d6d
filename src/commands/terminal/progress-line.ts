import { number, span } from './format.ts';
import { type Screen, write } from './output.ts';

export interface ProgressLine<State> {
  show(state: State): void;
  /** Prints a line above the progress. */
  printAbove(text: string): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

/** Without a terminal, a line is written this often, so that a log does not fill up. */
const LINE_EVERY_MS = 10_000;
const BAR = 20;

/**
 * On a terminal one line that is redrawn; elsewhere a line every ten seconds.
 * @param now in ms, monotonic
 * @param textOf the text of a state, with the time since the start in ms
 */
export function createProgressLine<State>(
  screen: Screen,
  now: () => number,
  textOf: (state: State, elapsedMs: number) => string,
): ProgressLine<State> {
  const startedAt = now();
  let writtenAt = startedAt;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) screen.write('\r\x1b[K');
    isDrawn = false;
  };

  return {
    show(state) {
      if (screen.isTTY) {
        clear();
        write(screen, textOf(state, now() - startedAt).slice(0, (screen.columns || 80) - 1));
        isDrawn = true;
      } else if (now() - writtenAt >= LINE_EVERY_MS) {
        writtenAt = now();
        write(screen, `${textOf(state, now() - startedAt)}\n`);
      }
    },
    printAbove(text) {
      clear();
      write(screen, `${text}\n`);
    },
    end() {
      if (isDrawn) screen.write('\n');
      isDrawn = false;
    },
  };
}

/** `[#####...............]` */
export function bar(done: number, total: number): string {
  const full = total === 0 ? BAR : Math.min(BAR, Math.round((done / total) * BAR));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`;
}

/** `40/s, about 9 s`: the rate and the time left, as far as they are known. */
export function pace(done: number, total: number, elapsedMs: number): string[] {
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  if (perSecond === 0) return [];
  const rate = `${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))}/s`;
  return done < total ? [rate, `about ${span((total - done) / perSecond)}`] : [rate];
}
