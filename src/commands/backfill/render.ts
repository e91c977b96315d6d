import type { Backfill } from '../../backfills/backfills.ts';
import type { BackfillCounts, BackfillOutcome, LeftOutDeal } from '../../domain/backfill.ts';
import { colors } from '../terminal/colors.ts';
import { joinLines, number, plural, span, utc } from '../terminal/format.ts';
import { bar } from '../terminal/progress-line.ts';

const OUTCOMES: Record<BackfillOutcome, string> = {
  new: 'bring a client who is new to Stagepost',
  updated: 'update their client',
  unchanged: 'have a client with the same values in Customer.io',
  no_contact: 'left out: no contact',
  contact_unread: 'left out: Kommo does not return the contact',
  no_email: 'left out: no email',
  invalid_email: 'left out: no valid email',
  opted_out: 'left out: opted out',
  shared_address: 'left out: another contact has the same address',
  duplicate: "left out: the client's values come from another deal",
  deleted: 'left out: deleted',
  not_planned: 'left out: could not be planned',
  passed_over: 'passed over: no email',
};

export function renderPlan(backfill: Backfill): string {
  const { id, connection, conditions, plan, examples } = backfill;
  if (plan === null) return `Backfill ${id} of ${connection} has no plan yet.`;
  const about = plan.isExact ? '' : 'about ';
  const basis = plan.isExact ? '' : ` (an estimate from ${number(plan.read)} deals)`;
  return joinLines([
    colors.bold(
      `Backfill ${id} of ${connection}: ${conditions.length > 0 ? `deals ${conditions.join(', ')}` : 'all deals'}`,
    ),
    `  ${about}${plural(plan.deals, 'deal')}${basis}:`,
    ...outcomeLines(plan.counts, examples),
    `  up to ${plural(plan.counts.newPeople, 'new profile')} in Customer.io${workspaceText(plan.workspacePeople)}`,
    `  ${about}${plural(plan.kommoCalls, 'call')} to Kommo and ${number(plan.customerioCalls)} to Customer.io, ${span(plan.seconds)} or more`,
    ...stageLines(backfill),
  ]);
}

export function renderResult(backfill: Backfill): string {
  const { id, state, counts, examples, eventStages, problem } = backfill;
  const held = eventStages.filter(({ holdId }) => holdId !== null);
  return joinLines([
    colors.bold(`Backfill ${id}: ${state === 'running' ? 'still running' : state}`),
    ...outcomeLines(counts, examples),
    ...(problem === null ? [] : [colors.red(`  ${problem}`)]),
    ...held.map(({ title, holdId }) => `  The events of ${title} wait: stagepost held send ${holdId} --now`),
    ...(state === 'done' ? [] : [colors.dim(`  stagepost backfill watch ${id} shows its progress.`)]),
    colors.dim(`  stagepost backfill left-out ${id} lists who is left out.`),
  ]);
}

export function renderList(backfills: Backfill[]): string {
  return joinLines(
    backfills.map(
      ({ id, connection, state, conditions, done, createdAt }) =>
        `#${id} ${connection}: ${state}, ${plural(done, 'deal')} done, ${conditions.join(', ') || 'all deals'} (${utc(createdAt)})`,
    ),
  );
}

/** Bar, counts, rate and time left. */
export function progressText({ done, plan, perSecond, secondsLeft }: Backfill): string {
  const total = Math.max(plan?.deals ?? 0, done);
  const parts = [
    `${number(done)} of ${plan?.isExact === false ? 'about ' : ''}${number(total)} deals`,
    ...(perSecond === null ? [] : [`${number(Math.round(perSecond))}/s`]),
    ...(secondsLeft === null || secondsLeft === 0 ? [] : [`about ${span(secondsLeft)}`]),
  ];
  return `${bar(done, total)} ${parts.join(', ')}`;
}

function outcomeLines({ deals }: BackfillCounts, examples: LeftOutDeal[]): string[] {
  const entries = Object.entries(deals) as [BackfillOutcome, number][];
  return entries
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, count]) => {
      const own = examples.filter((one) => one.outcome === outcome).map(({ dealId }) => dealId);
      const shown = own.length > 0 ? colors.dim(` (e.g. ${own.slice(0, 3).join(', ')})`) : '';
      return `    ${number(count).padStart(8)} ${OUTCOMES[outcome]}${shown}`;
    });
}

function workspaceText(people: number | null): string {
  return people === null ? '' : `, whose workspace has ${plural(people, 'person', 'people')} now`;
}

function stageLines({ stages }: Backfill): string[] {
  if (stages.length === 0) return [];
  return [
    '  No campaign starts. With --events the events of these stages are prepared, and held until somebody decides:',
    ...stages.map(({ title, event, deals }) => `    ${number(deals).padStart(8)} ${title} → ${event}`),
  ];
}
