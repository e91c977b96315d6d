import { queryOptions, useMutation } from '@tanstack/react-query';
import { get, post } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { Setup, SetupAccount, SetupList } from '../../api/types.ts';

export const setupsQuery = queryOptions({
  queryKey: ['setups'],
  queryFn: ({ signal }) => get<SetupList>('/api/setup/connections', {}, signal),
});

const keyOf = (name: string) => ['setup', name];
const pathOf = (name: string) => `/api/setup/connections/${encodeURIComponent(name)}`;

/** A setup, asked for again while its last step is under way. */
export const setupQuery = (name: string) =>
  queryOptions({
    queryKey: keyOf(name),
    queryFn: ({ signal }) => get<Setup>(pathOf(name), {}, signal),
    placeholderData: undefined,
    refetchInterval: ({ state }) => intervalOf(state.data),
  });

function intervalOf(setup: Setup | undefined): number | false {
  if (!setup) return false;
  const { isRunning, isConnected, state } = setup.finish;
  if (isRunning) return 1_000;
  // The first webhook and the first report prove the rest.
  return isConnected && state !== 'done' ? 3_000 : false;
}

/** What the rules can be made of: read from Kommo, so not more often than needed. */
export const accountQuery = (name: string) =>
  queryOptions({
    queryKey: ['setup account', name],
    queryFn: ({ signal }) => get<SetupAccount>(`${pathOf(name)}/account`, {}, signal),
    placeholderData: undefined,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** Sends the answers of a step; the new state of the whole setup takes the place of the old one. */
export function useAnswer<Body extends object>(
  name: string,
  step: 'kommo' | 'customerio' | 'rules' | 'finish',
) {
  return useMutation({
    mutationFn: (body: Body) => post<Setup>(`${pathOf(name)}/${step}`, body),
    onSuccess: keepSetup,
  });
}

/** Of two answers that overtake each other, the newer one stays. */
export function keepSetup(newer: Setup): void {
  queryClient.setQueryData<Setup>(keyOf(newer.name), (kept) =>
    kept && kept.updatedAt > newer.updatedAt ? kept : newer,
  );
  void queryClient.invalidateQueries({ queryKey: setupsQuery.queryKey });
}
