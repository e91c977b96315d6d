import type { MissedReason } from '../../api/types.ts';
import { missedLabels, overviewTexts, stepLabels } from '../../texts.ts';
import { PERIODS, type PeriodSearch } from './period.ts';

/** What the overview's address holds. The connection is the shell's. */
export interface OverviewSearch extends PeriodSearch {
  /** The id of a pipeline; default: all. */
  pipeline?: number;
}

/** How far the deals of a list have come; `missed`: they were not emailed. */
export type Step = keyof typeof stepLabels;

export interface DealsSearch extends OverviewSearch {
  /** The id of a stage. */
  stage?: number;
  step?: Step;
  /** The id of a campaign: only deals that it has emailed. */
  campaign?: number;
  /** Why they were not emailed. */
  reason?: MissedReason;
}

/** Why clients are lost. */
export type LostKind = keyof typeof overviewTexts.lost.titles;

export interface LostSearch extends PeriodSearch {
  /** Default: unsubscribed. */
  kind?: LostKind;
}

/** Reads the address. What is invalid in it is ignored. */
export function overviewSearch(search: Record<string, unknown>): OverviewSearch {
  return given({
    period: oneOf(PERIODS, search.period),
    from: day(search.from),
    to: day(search.to),
    pipeline: whole(search.pipeline),
  });
}

export function dealsSearch(search: Record<string, unknown>): DealsSearch {
  return {
    ...overviewSearch(search),
    ...given({
      stage: whole(search.stage),
      step: oneOf(Object.keys(stepLabels) as Step[], search.step),
      campaign: whole(search.campaign),
      reason: oneOf(Object.keys(missedLabels) as MissedReason[], search.reason),
    }),
  };
}

export function lostSearch(search: Record<string, unknown>): LostSearch {
  const { pipeline: _, ...period } = overviewSearch(search);
  const kinds = Object.keys(overviewTexts.lost.titles) as LostKind[];
  return { ...period, ...given({ kind: oneOf(kinds, search.kind) }) };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((candidate) => candidate === value);
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

function whole(value: unknown): number | undefined {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return value !== '' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
