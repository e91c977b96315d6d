import { queryOptions, useMutation } from '@tanstack/react-query';
import { get, post } from './client.ts';
import { queryClient } from './queries.ts';
import type { KommoAccessStatus } from './types.ts';

export type Way = KommoAccessStatus['ways'][number]['way'];

const keyOf = (name: string) => ['kommo access', name];
const pathOf = (name: string) => `/api/kommo-access/${encodeURIComponent(name)}`;

/** How a setup or connection stands with Kommo, asked for often while somebody may be in Kommo's window. */
export const accessQuery = (name: string) =>
  queryOptions({
    queryKey: keyOf(name),
    queryFn: ({ signal }) => get<KommoAccessStatus>(pathOf(name), {}, signal),
    placeholderData: undefined,
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? 2_000 : false),
  });

/** Kommo's window is open, or who has granted access is still being read. */
export function isUnderWay({ attempt, kind, state, rights }: KommoAccessStatus): boolean {
  if (attempt?.state === 'open' || attempt?.state === 'secrets') return true;
  // A pasted code has no attempt.
  return kind === 'oauth' && state === 'granted' && rights.length === 0;
}

/** Leads this tab to Kommo's window, which comes back here. */
export function useStart(name: string) {
  return useMutation({
    mutationFn: (way: 'button' | 'integration') =>
      post<{ address: string }>(`${pathOf(name)}/start`, { way }),
    onSuccess: ({ address }) => window.location.assign(address),
  });
}

export interface IntegrationAnswer {
  clientId: string;
  clientSecret: string;
  account?: string;
}

/** Stores an integration that was made by hand. */
export function useIntegration(name: string) {
  return useMutation({
    mutationFn: (body: IntegrationAnswer) => post<KommoAccessStatus>(`${pathOf(name)}/integration`, body),
    onSuccess: (status) => queryClient.setQueryData(keyOf(name), status),
  });
}

/** Has a copied code exchanged. */
export function useCode(name: string) {
  return useMutation({
    mutationFn: (body: { code: string; account: string }) =>
      post<KommoAccessStatus>(`${pathOf(name)}/code`, body),
    onSuccess: (status) => queryClient.setQueryData(keyOf(name), status),
  });
}
