import type { Tally } from '../../failures/replay-tally.ts';
import { number } from '../terminal/format.ts';
import { bar, pace } from '../terminal/progress-line.ts';

/** Bar, counts, rate and time left. @param elapsedMs since the start */
export function progressText(tally: Tally, elapsedMs: number): string {
  const { total, delivered, dropped, refused, tryingAgain, takenByOthers } = tally;
  const settled = delivered + dropped + refused + tryingAgain + takenByOthers;
  const parts = [
    `${number(settled)} of ${number(total)}`,
    ...(delivered < settled ? [`${number(delivered)} delivered`] : []),
    ...(refused > 0 ? [`${number(refused)} refused again`] : []),
    ...(tryingAgain > 0 ? [`${number(tryingAgain)} to be retried`] : []),
    ...(settled < total ? [`${number(total - settled)} left`] : []),
    ...pace(settled, total, elapsedMs),
  ];
  return `${bar(settled, total)} ${parts.join(', ')}`;
}
