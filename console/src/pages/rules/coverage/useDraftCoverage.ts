import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Coverage, DraftTree } from '../../../api/types.ts';
import { draftCoverageQuery } from './queries.ts';

/** The campaigns that start from the events of a draft. @param tree as it was last checked */
export function useDraftCoverage(
  connection: string,
  tree: DraftTree | null | undefined,
): Coverage | undefined {
  const events = useMemo(() => eventsOf(tree ?? {}), [tree]);
  return useQuery(draftCoverageQuery(connection, events)).data;
}

/** Each event once, in the order of the rules. */
export function eventsOf({ stages = [], inactivity = [] }: DraftTree): string[] {
  const events = [...stages, ...inactivity].map(({ event }) => event);
  return [...new Set(events)].filter((event) => event.trim() !== '');
}
