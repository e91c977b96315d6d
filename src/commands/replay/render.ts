import { causeOf } from '../../failures/advice.ts';
import type { SideEstimate } from '../../failures/replay-estimate.ts';
import type { ReplayPlan } from '../../failures/replay-plan.ts';
import type { Tally } from '../../failures/replay-tally.ts';
import { colors } from '../terminal/colors.ts';
import { joinLines, number, plural, SIDE_NAMES, span } from '../terminal/format.ts';

/** What a replay would do. */
export function renderPlan(plan: ReplayPlan): string {
  const { ids, alongside, sides, leastSeconds, blocked, oldEvents, unsure } = plan;
  const lines = [colors.bold(`To replay: ${plural(ids.length, 'action')}`)];
  if (alongside > 0)
    lines.push(
      `  Includes ${number(alongside)} that were not selected, but depend on a selected action or the other way round.`,
    );
  lines.push(...sides.map(renderSide));
  if (ids.length > 0) lines.push(`  Takes at least ${span(leastSeconds)}.`);
  if (unsure > 0)
    lines.push(
      `  ${plural(unsure, 'note or task', 'notes and tasks')} got no answer the first time. Stagepost looks for them in Kommo first, so that none is written twice.`,
    );
  if (oldEvents > 0)
    lines.push(
      colors.yellow(
        `! ${plural(oldEvents, 'event is', 'events are')} older than 72 hours: Customer.io stores such events, but starts no campaign.`,
      ),
    );
  lines.push(...renderBlocked(blocked));
  return lines.join('\n');
}

function renderSide({ connection, lane, kinds, calls, callsPerSecond }: SideEstimate): string {
  const actions = kinds.map(({ names, count }) => plural(count, names.one, names.many)).join(', ');
  const pace =
    lane === 'kommo'
      ? `, at most ${Number(callsPerSecond.toFixed(2))} a second, because live work goes first`
      : '';
  return `  ${SIDE_NAMES[lane]} (${connection}): ${actions}; ${plural(calls, 'call')}${pace}`;
}

/** How many actions cannot be replayed, and why. */
export function renderBlocked({ removed, discarded }: ReplayPlan['blocked']): string[] {
  const lines: string[] = [];
  if (removed > 0)
    lines.push(
      `! ${number(removed)} cannot be replayed, because their contents were removed after the retention time. Discard them, or move the deals again.`,
    );
  if (discarded > 0)
    lines.push(
      `! ${number(discarded)} cannot be replayed, because the action before was discarded. Discard ${discarded === 1 ? 'it' : 'them'} too.`,
    );
  return lines.map((line) => colors.yellow(line));
}

/** The result of a replay. @param wasInterrupted whether a person stopped it */
export function renderOutcome(tally: Tally, wasInterrupted: boolean): string {
  const { delivered, dropped, refused, tryingAgain, takenByOthers, left, stopped, refusals, drops } = tally;
  const inProgress = tally.handedOver - delivered - dropped - refused - tryingAgain;
  const lines = [colors.bold(`${number(delivered)} of ${number(tally.total)} delivered.`)];
  if (dropped > 0) lines.push(`${number(dropped)} no longer needed:`, ...reasons(drops));
  if (refused > 0) lines.push(colors.red(`${number(refused)} refused again:`), ...reasons(refusals));
  if (tryingAgain > 0)
    lines.push(
      `${number(tryingAgain)} failed for now. Stagepost retries them automatically for up to 3 days.`,
    );
  if (takenByOthers > 0)
    lines.push(`${number(takenByOthers)} were replayed or discarded by somebody else in the meantime.`);
  if (stopped !== null) lines.push(colors.yellow(`Stopped: ${stopped}`));
  if (inProgress > 0)
    lines.push(`${number(inProgress)} are queued, and are delivered as soon as the other side accepts them.`);
  if (left > 0) {
    const prefix = wasInterrupted ? 'Interrupted. ' : '';
    lines.push(`${prefix}${number(left)} were not requeued. Run the same command again to continue.`);
  }
  return lines.join('\n');
}

function reasons(all: { words: string; count: number }[]): string[] {
  const sums = new Map<string, number>();
  for (const { words, count } of all) sums.set(causeOf(words), (sums.get(causeOf(words)) ?? 0) + count);
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .map(([words, count]) => joinLines([`  ${number(count)}: ${words}`]));
}
