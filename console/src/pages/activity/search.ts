import type { ActivityFilter } from '../../api/queries.ts';
import type { Direction, EventKind, NoEmailReason, Outcome } from '../../api/types.ts';
import { directionLabels, kindLabels, outcomeLabels } from '../../texts.ts';
import { noEmailLabels } from './no-email-labels.ts';

export const PERIODS = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const;
export type Period = keyof typeof PERIODS;

/** What the activity's address holds. The connection is the shell's. */
export interface ActivitySearch {
  direction?: Direction;
  kind?: EventKind;
  name?: string;
  deal?: number;
  email?: string;
  outcome?: Outcome;
  /** A stage that deals entered: `PIPELINE-STAGE`. */
  stage?: string;
  /** Why no email was due. */
  reason?: NoEmailReason;
  /** The title of a rule. */
  rule?: string;
  /** The id of a campaign, and of a user in Kommo. */
  campaign?: number;
  owner?: number;
  repaired?: 'true';
  /** With events that there was nothing to do for. */
  show?: 'all';
  /** The last hour, day and so on, counted back from when the page is opened. */
  period?: Period;
  /** ms */
  since?: number;
  until?: number;
}

/** Reads the URL's parameters. Invalid ones, for example in an edited or old URL, are ignored. */
export function activitySearch(search: Record<string, unknown>): ActivitySearch {
  const found: ActivitySearch = {
    direction: oneOf(namesIn(directionLabels), search.direction),
    kind: oneOf(namesIn(kindLabels), search.kind),
    name: text(search.name),
    deal: whole(search.deal),
    email: text(search.email),
    outcome: oneOf(namesIn(outcomeLabels), search.outcome),
    repaired: String(search.repaired) === 'true' ? 'true' : undefined,
    stage: matching(/^\d{1,15}-\d{1,15}$/, search.stage),
    reason: oneOf(namesIn(noEmailLabels), search.reason),
    rule: text(search.rule),
    campaign: whole(search.campaign),
    owner: whole(search.owner),
    show: search.show === 'all' ? 'all' : undefined,
    period: oneOf(namesIn(PERIODS), search.period),
    since: whole(search.since),
    until: whole(search.until),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** What the API is asked. @param openedAt ms; what a period is counted back from */
export function filterOf(
  { period, show, ...search }: ActivitySearch,
  connection: string | undefined,
  openedAt: number,
): ActivityFilter {
  return {
    ...search,
    ...(hidesNothing({ ...search, show }) && { hide: 'nothing' as const }),
    connection,
    ...(period ? { since: openedAt - PERIODS[period] } : {}),
  };
}

const FOLDED = [
  'reason',
  'stage',
  'campaign',
  'owner',
  'rule',
  'outcome',
  'kind',
  'direction',
] as const satisfies readonly (keyof ActivitySearch)[];

/** How many of the filters that fold away are set. */
export function foldedFilters(search: ActivitySearch): number {
  return FOLDED.filter((name) => search[name] !== undefined).length;
}

/** What had nothing to do is hidden, unless the address asks for it: by itself, by an outcome, or by the reason for no email. */
export function hidesNothing({ show, outcome, reason }: ActivitySearch): boolean {
  return show !== 'all' && outcome === undefined && reason === undefined;
}

/** Whether a row is still one of those asked for, now that its outcome may be another one. */
export function isWanted(outcome: Outcome, asked: Pick<ActivityFilter, 'outcome' | 'hide'>): boolean {
  if (asked.hide === 'nothing' && outcome === 'nothing') return false;
  return asked.outcome === undefined || outcome === asked.outcome;
}

/** Reads the search text: a deal's number or its URL in Kommo, or a person's email or id. */
export function findingOf(typed: string): Pick<ActivitySearch, 'deal' | 'email'> {
  const trimmed = typed.trim();
  if (trimmed === '') return { deal: undefined, email: undefined };
  const deal = /^#?(\d{1,15})$/.exec(trimmed)?.[1] ?? /\/leads\/detail\/(\d{1,15})/.exec(trimmed)?.[1];
  return deal ? { deal: Number(deal), email: undefined } : { email: trimmed, deal: undefined };
}

/** The names that the filter offers: the compiler sees to it that every name of the API has a label. */
function namesIn<T extends string>(labels: Record<T, unknown>): T[] {
  return Object.keys(labels) as T[];
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((candidate) => candidate === value);
}

function text(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function whole(value: unknown): number | undefined {
  const number = Number(value);
  return value !== '' && value !== null && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
