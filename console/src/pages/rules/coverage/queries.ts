import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../api/client.ts';
import { queryClient } from '../../../api/queries.ts';
import type { Coverage } from '../../../api/types.ts';

const path = (connection: string) => `/api/coverage/${encodeURIComponent(connection)}`;

export const coverageQuery = (connection: string) =>
  queryOptions({
    queryKey: ['coverage', connection],
    queryFn: ({ signal }) => get<Coverage>(path(connection), {}, signal),
    enabled: connection !== '',
    placeholderData: undefined,
    // The first reading after a start takes a moment.
    refetchInterval: ({ state }) => (state.data?.readAt === null ? 3_000 : 60_000),
  });

/** The same for events that are not published yet. */
export const draftCoverageQuery = (connection: string, events: readonly string[]) =>
  queryOptions({
    queryKey: ['coverage', connection, events],
    queryFn: () => post<Coverage>(path(connection), { events: events.map((event) => ({ event })) }),
    enabled: connection !== '' && events.length > 0,
    placeholderData: undefined,
  });

/** Makes the server read the campaigns now. */
export async function refreshCoverage(connection: string): Promise<Coverage> {
  const coverage = await post<Coverage>(`${path(connection)}/refresh`, {});
  queryClient.setQueryData(coverageQuery(connection).queryKey, coverage);
  return coverage;
}
