import pc from 'picocolors';
import { causeOf } from '../../failures/advice.ts';
import type { ReplayPlan } from '../../failures/dead-letters.ts';
import type { SideEstimate } from '../../failures/replay-estimate.ts';
import type { Tally } from '../../failures/replay-run.ts';
import { number, plural, SIDE_NAMES, span } from '../common/messages.ts';

/** What a replay would do, before it is agreed to. */
export function renderPlan(plan: ReplayPlan): string {
  const { ids, alongside, sides, leastSeconds, blocked, oldEvents, unsure } = plan;
  const lines = [pc.bold(`To replay: ${plural(ids.length, 'action')}`)];
  if (alongside > 0)
    lines.push(
      `  ${number(alongside)} of them because they wait for a selected one, or a selected one for them.`,
    );
  lines.push(...sides.map(renderSide));
  if (ids.length > 0) lines.push(`  It takes ${span(leastSeconds)} at least.`);
  if (unsure > 0)
    lines.push(
      `  ${plural(unsure, 'note or task', 'notes and tasks')} had no answer: looked for in Kommo first, so that none stands there twice.`,
    );
  if (oldEvents > 0)
    lines.push(
      pc.yellow(
        `! ${plural(oldEvents, 'event is', 'events are')} older than 72 hours: Customer.io stores such events and starts no campaign.`,
      ),
    );
  lines.push(...renderBlocked(blocked));
  return lines.join('\n');
}

function renderSide({ connection, lane, kinds, calls, callsPerSecond }: SideEstimate): string {
  const what = kinds.map(({ names, count }) => plural(count, names.one, names.many)).join(', ');
  const pace =
    lane === 'kommo'
      ? `at most ${Number(callsPerSecond.toFixed(2))} a second, since live work goes first`
      : 'about 30 at once';
  return `  ${SIDE_NAMES[lane]} (${connection}): ${what}; ${plural(calls, 'call')}, ${pace}`;
}

/** What cannot be replayed, and why. */
export function renderBlocked({ removed, discarded }: ReplayPlan['blocked']): string[] {
  const lines: string[] = [];
  if (removed > 0)
    lines.push(
      `! ${number(removed)} cannot be replayed: the contents were removed after the retention time. Discard them, or move the deals again.`,
    );
  if (discarded > 0)
    lines.push(
      `! ${number(discarded)} cannot be replayed: the action before was discarded. Discard ${discarded === 1 ? 'it' : 'them'} too.`,
    );
  return lines.map((line) => pc.yellow(line));
}

/** How a replay ended. @param wasInterrupted whether a person stopped it */
export function renderOutcome(tally: Tally, wasInterrupted: boolean): string {
  const { delivered, dropped, refused, tryingAgain, takenByOthers, left, stopped, refusals, drops } = tally;
  const onTheWay = tally.handedOver - delivered - dropped - refused - tryingAgain;
  const lines = [pc.bold(`${number(delivered)} of ${number(tally.total)} delivered.`)];
  if (dropped > 0) lines.push(`${number(dropped)} not needed any more:`, ...reasons(drops));
  if (refused > 0) lines.push(pc.red(`${number(refused)} refused again:`), ...reasons(refusals));
  if (tryingAgain > 0)
    lines.push(
      `${number(tryingAgain)} failed on the way. Stagepost tries them again by itself, for up to 3 days.`,
    );
  if (takenByOthers > 0)
    lines.push(
      `${number(takenByOthers)} were replayed or discarded by somebody else meanwhile; nothing was done with them.`,
    );
  if (stopped !== null) lines.push(pc.yellow(`Stopped: ${stopped}`));
  if (onTheWay > 0)
    lines.push(
      `${number(onTheWay)} are with the lanes, and go out by themselves as soon as the other side takes them.`,
    );
  if (left > 0) {
    const why = wasInterrupted ? 'Stopped as you wished. ' : '';
    lines.push(`${why}${number(left)} were not touched. The same command again goes on with them.`);
  }
  return lines.join('\n');
}

function reasons(found: { words: string; count: number }[]): string[] {
  const sums = new Map<string, number>();
  for (const { words, count } of found) sums.set(causeOf(words), (sums.get(causeOf(words)) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]).map(([words, count]) => `  ${number(count)}: ${words}`);
}
