import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type {
  Difference,
  Draft,
  PublishEffects,
  Published,
  RuleHelp,
  RuleSource,
  RuleVersions,
} from '../../api/types.ts';

export const sourceQuery = (connection: string) =>
  queryOptions({
    queryKey: ['rule-source', connection],
    queryFn: ({ signal }) => get<RuleSource>('/api/rules/source', { connection }, signal),
    enabled: connection !== '',
    placeholderData: undefined,
  });

export const helpQuery = (connection: string) =>
  queryOptions({
    queryKey: ['rule-help', connection],
    queryFn: ({ signal }) => get<RuleHelp>('/api/rules/help', { connection }, signal),
    enabled: connection !== '',
    placeholderData: undefined,
    staleTime: 60_000,
  });

export const versionsQuery = (connection: string) =>
  queryOptions({
    queryKey: ['rule-versions', connection],
    queryFn: ({ signal }) => get<RuleVersions>('/api/rules/versions', { connection }, signal),
    enabled: connection !== '',
    placeholderData: undefined,
  });

export const differenceQuery = (connection: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['rule-difference', connection, from, to],
    queryFn: ({ signal }) => get<Difference>('/api/rules/difference', { connection, from, to }, signal),
    placeholderData: undefined,
  });

/** For one draft: it is asked once, when its publication is looked at. */
export const effectsQuery = ({ connection, draft }: Pick<Publication, 'connection' | 'draft'>) =>
  queryOptions({
    queryKey: ['rule-effects', connection, draft],
    queryFn: () => post<PublishEffects>('/api/rules/effects', { connection, draft }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: undefined,
  });

export interface Publication {
  connection: string;
  draft: Draft;
  /** The version that was edited. */
  basedOn: number;
  note?: string;
  /** Although test cases do not come out as expected. */
  acceptDifferentCases?: boolean;
  /** The older version that is brought back. */
  restored?: number;
}

/** @throws ApiError 409 where another version was published in the meantime */
export async function publish({ note, ...publication }: Publication): Promise<Published> {
  const trimmed = note?.trim();
  const published = await post<Published>('/api/rules/publish', {
    ...publication,
    ...(trimmed ? { note: trimmed } : {}),
  });
  forgetRules();
  return published;
}

/** What was read of the rules is old. */
export function forgetRules(): void {
  for (const key of ['rules', 'rule-source', 'rule-versions', 'rule-difference', 'rule-check'])
    void queryClient.invalidateQueries({ queryKey: [key] });
}
