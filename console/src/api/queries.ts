import {
  infiniteQueryOptions,
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { ApiError, get, queryText } from './client.ts';
import type {
  Activity,
  ActivityOptions,
  Calls,
  Charts,
  Checks,
  ConnectionDetails,
  EventTrace,
  Failures,
  FunnelOverview,
  Health,
  HeldDeals,
  Holds,
  LostClients,
  Now,
  Range,
  Rules,
  SearchResults,
  Session,
  ShownConnection,
  StageEntries,
  Subjects,
  UnreadableConnection,
  WaitingWork,
  Watches,
} from './types.ts';

/** A refusal stays a refusal; only what did not get through is worth another try. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveIfSignedOut }),
  mutationCache: new MutationCache({ onError: leaveIfSignedOut }),
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || isPassing(error.status)),
      staleTime: 2_000,
      placeholderData: keepPreviousData,
    },
    // A mutation that is kept would keep its variables: passwords, tokens and keys.
    mutations: { gcTime: 0 },
  },
});

/**
 * The session ended meanwhile: a new page forgets all that was shown, and leads back here after the sign-in. Who was
 * not signed in is led there by the router.
 */
function leaveIfSignedOut(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (queryClient.getQueryData(sessionQuery.queryKey) === undefined) return;
  const { pathname, search } = window.location;
  window.location.assign(`/sign-in${queryText({ to: pathname + search })}`);
}

function isPassing(status: number): boolean {
  return status === 0 || status >= 500;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<Session>('/api/session', {}, signal),
  staleTime: 60_000,
  retry: false,
});

export const nowQuery = queryOptions({
  queryKey: ['now'],
  queryFn: ({ signal }) => get<Now>('/api/now', { since: startOfDay() }, signal),
  refetchInterval: 3_000,
});

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => get<Health>('/api/health', {}, signal),
  refetchInterval: 3_000,
});

export const chartsQuery = (range: Range, connection: string | undefined) =>
  queryOptions({
    queryKey: ['charts', range, connection ?? null],
    queryFn: ({ signal }) => get<Charts>('/api/charts', { range, connection, zone: zoneHere() }, signal),
    refetchInterval: 15_000,
  });

/** A period, ms; without an end it reaches to now. */
export interface FunnelPeriod {
  since: number;
  until?: number | undefined;
}

export interface FunnelFilter extends FunnelPeriod {
  connection?: string | undefined;
  pipeline?: number | undefined;
}

export const funnelQuery = (filter: FunnelFilter) =>
  queryOptions({
    queryKey: ['funnel', filter],
    queryFn: ({ signal }) => get<FunnelOverview>('/api/funnel', { ...filter }, signal),
    refetchInterval: 15_000,
  });

export interface EntriesFilter extends FunnelFilter {
  stage?: number | undefined;
  step?: string | undefined;
  campaign?: number | undefined;
  reason?: string | undefined;
}

/** The deals behind a number, page by page. */
export const entriesQuery = (filter: EntriesFilter) =>
  infiniteQueryOptions({
    queryKey: ['funnel', 'entries', filter],
    queryFn: ({ pageParam, signal }) =>
      get<StageEntries>('/api/funnel/entries', { ...filter, before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 15_000,
  });

export interface LostFilter extends FunnelPeriod {
  connection?: string | undefined;
  kind: 'unsubscribed' | 'bounced';
}

/** The clients who were lost, page by page. */
export const lostQuery = (filter: LostFilter) =>
  infiniteQueryOptions({
    queryKey: ['funnel', 'lost', filter],
    queryFn: ({ pageParam, signal }) =>
      get<LostClients>('/api/funnel/lost', { ...filter, before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 15_000,
  });

/** What the activity's address can narrow it down by; the names are the API's. */
export interface ActivityFilter {
  connection?: string | undefined;
  direction?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  deal?: number | undefined;
  email?: string | undefined;
  stage?: string | undefined;
  reason?: string | undefined;
  rule?: string | undefined;
  campaign?: number | undefined;
  owner?: number | undefined;
  outcome?: string | undefined;
  repaired?: 'true' | undefined;
  hide?: 'nothing' | undefined;
  since?: number | undefined;
  until?: number | undefined;
}

export function getActivity(filter: ActivityFilter, before: number | null, signal?: AbortSignal) {
  return get<Activity>('/api/activity', { ...filter, before, limit: 100 }, signal);
}

export const activityOptionsQuery = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['activity-options', connection ?? null],
    queryFn: ({ signal }) => get<ActivityOptions>('/api/activity/options', { connection }, signal),
    staleTime: 30_000,
    placeholderData: undefined,
  });

export const eventQuery = (id: number) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => get<EventTrace>(`/api/events/${id}`, {}, signal),
    placeholderData: undefined,
    // What is open changes by itself.
    refetchInterval: ({ state }) => (state.data?.outcome === 'open' ? 1_500 : 15_000),
  });

/** The results of the letters before stay until those of the next are known. */
export const searchQuery = (q: string, connection: string | undefined) =>
  queryOptions({
    queryKey: ['search', q, connection ?? null],
    queryFn: ({ signal }) => get<SearchResults>('/api/search', { q, connection }, signal),
    enabled: q !== '',
    staleTime: 5_000,
  });

export const subjectQuery = (q: string, connection: string | undefined) =>
  queryOptions({
    queryKey: ['subject', q, connection ?? null],
    queryFn: ({ signal }) => get<Subjects>('/api/subjects', { q, connection }, signal),
    enabled: q !== '',
    placeholderData: undefined,
    refetchInterval: 5_000,
  });

export const rulesQuery = (connection: string) =>
  queryOptions({
    queryKey: ['rules', connection],
    queryFn: ({ signal }) => get<Rules>('/api/rules', { connection }, signal),
    enabled: connection !== '',
  });

export const checksQuery = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['checks', connection ?? null],
    queryFn: ({ signal }) => get<Checks>('/api/checks', { connection }, signal),
    refetchInterval: ({ state }) => (state.data?.connections.some(({ running }) => running) ? 700 : 15_000),
  });

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) =>
    get<{ connections: ShownConnection[]; unreadable: UnreadableConnection[] }>(
      '/api/connections',
      {},
      signal,
    ),
  refetchInterval: 10_000,
});

/** With what a pause, a resumption or a removal would mean now. */
export const connectionQuery = (connection: string) =>
  queryOptions({
    queryKey: ['connections', connection],
    queryFn: ({ signal }) =>
      get<ConnectionDetails>(`/api/connections/${encodeURIComponent(connection)}`, {}, signal),
    placeholderData: undefined,
  });

/** Whom to call, and why. */
export const callsQuery = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['calls', connection ?? null],
    queryFn: ({ signal }) => get<Calls>('/api/calls', { connection }, signal),
    refetchInterval: 30_000,
  });

export const watchesQuery = (connection: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['watches', connection ?? null],
    queryFn: ({ pageParam, signal }) =>
      get<Watches>('/api/watches', { connection, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  });

export const failuresQuery = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['failures', connection ?? null],
    queryFn: ({ signal }) => get<Failures>('/api/failures', { connection }, signal),
    refetchInterval: 10_000,
  });

/** What waits while a side of the connection does not work. */
export const waitingQuery = (connection: string) =>
  queryOptions({
    queryKey: ['failures', 'waiting', connection],
    queryFn: ({ signal }) => get<WaitingWork>('/api/failures/waiting', { connection }, signal),
    refetchInterval: 5_000,
  });

/** All holds, with those that are decided. */
export const holdsQuery = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['holds', 'all', connection ?? null],
    queryFn: ({ signal }) => get<Holds>('/api/holds', { connection, decided: 1 }, signal),
    refetchInterval: ({ state }) => (state.data?.holds.some(({ sending }) => sending > 0) ? 2_000 : 5_000),
  });

/** The holds in which a deal is held. */
export const holdsOfDealQuery = (connection: string, deal: number) =>
  queryOptions({
    queryKey: ['holds', 'deal', connection, deal],
    queryFn: ({ signal }) => get<Holds>('/api/holds', { connection, deal }, signal),
    refetchInterval: 5_000,
  });

export function getHeldDeals(hold: number, above: number, limit: number, signal?: AbortSignal) {
  return get<HeldDeals>(`/api/holds/${hold}/deals`, { above, limit }, signal);
}

/** One page of held deals, by event id. */
export const heldDealsQuery = (hold: number, above: number, limit: number) =>
  queryOptions({
    queryKey: ['holds', 'deals', hold, above, limit],
    queryFn: ({ signal }) => getHeldDeals(hold, above, limit, signal),
    refetchInterval: 10_000,
  });

/** The viewer's time zone: `Europe/Lisbon`. */
function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The beginning of the viewer's day, ms. */
export function startOfDay(): number {
  return new Date().setHours(0, 0, 0, 0);
}
