import { colors } from '../terminal/colors.ts';
import type { OutageKind, StoryEffect } from './contract.ts';
import type { OutageNews } from './outages/outages.ts';
import type { StoryNews } from './story/player.ts';

/** A line of the story for the terminal; null at its end. */
export function renderStoryNews(news: StoryNews): string | null {
  if (news.kind === 'scene') return `\n${colors.bold(colors.cyan(news.title))}`;
  if (news.kind === 'step') return `  ${colors.bold(news.step.actor)} ${news.step.does}`;
  if (news.kind === 'waiting')
    return colors.dim(`    … waiting for: ${news.effect.what} (${Math.round(news.ms / 1000)} s so far)`);
  return news.kind === 'effect' ? renderEffect(news.effect) : null;
}

function renderEffect({ what, state, detail, ms }: StoryEffect): string {
  if (state === 'seen')
    return `    ${colors.green('✓')} ${what}${detail === null ? '' : `: ${detail}`}${ms === null ? '' : colors.dim(` (${ms} ms)`)}`;
  if (state === 'yours') return `    ${colors.yellow('–')} ${what}: you were quicker and changed it yourself`;
  if (state === 'skipped') return colors.dim(`    – ${what}: not waited for`);
  return `    ${colors.red('✗')} ${what} ${colors.red('did not come')}, and nothing is under way any more`;
}

const OUTAGES: Record<OutageKind, string> = {
  kommo_token: 'Kommo’s token is revoked',
  customerio_away: 'Customer.io is away',
  rate_limit: 'Kommo answers 429',
  signing_key: 'Customer.io signs with another key',
  killed_server: 'Stagepost is killed (kill -9)',
  missing_field: 'The field email_status is deleted in Kommo',
};

/** What a visitor breaks and repairs in the browser. */
export function renderOutage({ kind, state, tookMs, missing }: OutageNews): string {
  if (state === 'broken') return colors.yellow(`\n  ${OUTAGES[kind]}. Deals move on in the meantime.`);
  if (state === 'recovering') return colors.dim(`  ${OUTAGES[kind]}: repaired.`);
  if (state === 'incomplete' && kind === 'missing_field')
    return colors.dim(`  ${OUTAGES[kind]}: ${missing} wait until they are retried on the page Problems.`);
  if (state === 'incomplete')
    return `  ${colors.red('✗')} ${OUTAGES[kind]}: ${missing} did not arrive, and nothing is under way any more`;
  const seconds = ((tookMs ?? 0) / 1000).toFixed(1);
  return `  ${colors.green('✓')} ${OUTAGES[kind]}: everything has arrived, ${seconds} s after the repair`;
}
