import { queryOptions, useMutation } from '@tanstack/react-query';
import { get, post, remove } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { AlertMessage, Alerts, Mute } from '../../api/types.ts';

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) => get<Alerts>('/api/alerts', {}, signal),
  refetchInterval: 5_000,
});

/** What is muted; what is left out means all. */
export interface MuteTarget {
  receiver?: string;
  connection?: string;
  code?: string;
}

const reload = () => queryClient.invalidateQueries({ queryKey: alertsQuery.queryKey });

export function useTest(receiver: string) {
  return useMutation({
    mutationFn: () => post<AlertMessage>('/api/alerts/test', { receiver }),
    onSettled: reload,
  });
}

export function useMute(target: MuteTarget) {
  return useMutation({
    mutationFn: (endsAt: number) => post<Mute>('/api/alerts/mutes', { ...target, endsAt }),
    onSettled: reload,
  });
}

export function useUnmute() {
  return useMutation({
    mutationFn: (id: number) => remove(`/api/alerts/mutes/${id}`),
    onSettled: reload,
  });
}
