import type { Tally } from '../../failures/replay-tally.ts';
import { number, span } from '../terminal/format.ts';
import { type Screen, write } from '../terminal/output.ts';

export interface ProgressLine {
  show(tally: Tally): void;
  /** Prints a line above the progress. */
  printAbove(text: string): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

/** Without a terminal, a line is written this often, so that a log does not fill up. */
const LINE_EVERY_MS = 10_000;
const BAR = 20;

/** On a terminal one line that is redrawn; elsewhere a line every ten seconds. @param now in ms, monotonic */
export function createProgressLine(screen: Screen, now: () => number): ProgressLine {
  const startedAt = now();
  let writtenAt = startedAt;
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) screen.write('\r\x1b[K');
    isDrawn = false;
  };

  return {
    show(tally) {
      const text = progressText(tally, now() - startedAt);
      if (screen.isTTY) {
        clear();
        write(screen, text.slice(0, (screen.columns || 80) - 1));
        isDrawn = true;
      } else if (now() - writtenAt >= LINE_EVERY_MS) {
        writtenAt = now();
        write(screen, `${text}\n`);
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

/** Bar, counts, rate and time left. @param elapsedMs since the start */
export function progressText(tally: Tally, elapsedMs: number): string {
  const { total, delivered, dropped, refused, tryingAgain, takenByOthers } = tally;
  const settled = delivered + dropped + refused + tryingAgain + takenByOthers;
  const full = total === 0 ? BAR : Math.round((settled / total) * BAR);
  const perSecond = elapsedMs > 0 ? (settled / elapsedMs) * 1000 : 0;
  const parts = [
    `${number(settled)} of ${number(total)}`,
    ...(delivered < settled ? [`${number(delivered)} delivered`] : []),
    ...(refused > 0 ? [`${number(refused)} refused again`] : []),
    ...(tryingAgain > 0 ? [`${number(tryingAgain)} to be retried`] : []),
    ...(settled < total ? [`${number(total - settled)} left`] : []),
    ...(perSecond > 0 ? [`${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))}/s`] : []),
    ...(perSecond > 0 && settled < total ? [`about ${span((total - settled) / perSecond)}`] : []),
  ];
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${parts.join(', ')}`;
}
