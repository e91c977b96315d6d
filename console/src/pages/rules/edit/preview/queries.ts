import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../../api/client.ts';
import type { Rendered, SampleDeals, TextToRender } from '../../../../api/types.ts';
import type { Place } from '../StageSelect.tsx';

/** @param place deals that entered this stage come first */
export const sampleDealsQuery = (connection: string, q: string, place: Place | null) => {
  const stage = { pipeline: place?.pipeline.id, stage: place?.stage.id };
  const isKnown = stage.pipeline && stage.stage;
  return queryOptions({
    queryKey: ['sample-deals', connection, q, isKnown ? stage : null],
    queryFn: ({ signal }) =>
      get<SampleDeals>('/api/rules/deals', { connection, q, ...(isKnown ? stage : {}) }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
};

/** An answer that is not needed any more is not waited for. */
export const renderQuery = (connection: string, dealId: number | null, texts: TextToRender[]) =>
  queryOptions({
    queryKey: ['rule-render', connection, dealId, texts],
    queryFn: ({ signal }) => post<Rendered>('/api/rules/render', { connection, dealId, texts }, signal),
    enabled: dealId !== null && texts.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 0,
    retry: 1,
    refetchOnWindowFocus: false,
  });
