import { useCallback, useEffect, useRef, useState } from 'react';
import { queryText } from '../../api/client.ts';
import { type ActivityFilter, getActivity, queryClient, sessionQuery } from '../../api/queries.ts';
import type { Activity, ActivityRow, StreamRows } from '../../api/types.ts';
import { language } from '../../languages/language.ts';
import { arrived, type Feed, firstPage, olderPage, released, returned } from './feed.ts';
import { isWanted } from './search.ts';

export type Connected = 'live' | 'reconnecting' | 'past';

export interface LiveFeed {
  feed: Feed | null;
  error: Error | null;
  connected: Connected;
  isLoadingOlder: boolean;
  loadOlder(): void;
  /** Shows what came while the page stood still. */
  release(): void;
  reload(): void;
}

/**
 * The rows that match the filter, kept up to date by server-sent events.
 * @param isStill whether new rows are held back: somebody reads further down, or has paused
 * @param left the list as it was left, for somebody who comes back to it
 */
export function useFeed(filter: ActivityFilter, isStill: boolean, left: Feed | null): LiveFeed {
  const [feed, setFeed] = useState(left);
  const toReturnTo = useRef(left);
  const [error, setError] = useState<Error | null>(null);
  const [connected, setConnected] = useState<Connected>('reconnecting');
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const [loadings, setLoadings] = useState(0);
  const still = useRef(isStill);
  still.current = isStill;
  const key = JSON.stringify(filter);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `loadings` asks for the same once more
  useEffect(() => {
    const wanted: ActivityFilter = JSON.parse(key);
    const ended = new AbortController();
    setError(null);
    // What comes while the first page is on its way may be missing there.
    let early: StreamRows[] | null = [];
    const arrival = () => ({
      isStill: still.current,
      isWanted: ({ outcome }: ActivityRow) => isWanted(outcome, wanted),
    });
    const add = (before: Feed, { rows, missed }: StreamRows) =>
      arrived(
        before,
        rows.filter(({ at }) => wanted.since === undefined || at >= wanted.since),
        { ...arrival(), missed },
      );
    const onRows = (message: StreamRows) => {
      if (early) early.push(message);
      else setFeed((before) => before && add(before, message));
    };
    const stop = wanted.until === undefined ? listen(wanted, onRows, setConnected) : nothing(setConnected);
    const before = toReturnTo.current;
    toReturnTo.current = null;
    getNewest(wanted, before?.rows.length ?? 1, ended.signal)
      .then((page) => {
        const shown = before ? returned(before, page, arrival()) : firstPage(page);
        setFeed((early ?? []).reduce(add, shown));
        early = null;
      })
      .catch((failure: Error) => !ended.signal.aborted && setError(failure));
    return () => {
      ended.abort();
      stop();
    };
  }, [key, loadings]);

  const reload = useCallback(() => setLoadings((count) => count + 1), []);
  const next = feed?.next ?? null;
  const loadOlder = useCallback(() => {
    if (next === null || isLoadingOlder) return;
    setLoadingOlder(true);
    getActivity(JSON.parse(key), next)
      .then((page) =>
        setFeed((before) => (before && before.next === next ? olderPage(before, page) : before)),
      )
      .catch((failure: Error) => setError(failure))
      .finally(() => setLoadingOlder(false));
  }, [key, next, isLoadingOlder]);

  const missed = feed?.missed ?? false;
  useEffect(() => {
    if (missed && !isStill) reload();
  }, [missed, isStill, reload]);

  const release = useCallback(() => setFeed((before) => before && released(before)), []);
  return { feed, error, connected, isLoadingOlder, loadOlder, release, reload };
}

/** Rows beyond this are not loaded again after a reconnect, however far the user has scrolled. */
const MAX_PAGES = 5;

/** The newest rows, `count` or more of them where there are as many. */
async function getNewest(filter: ActivityFilter, count: number, signal: AbortSignal): Promise<Activity> {
  let all = await getActivity(filter, null, signal);
  for (let pages = 1; all.rows.length < count && all.next !== null && pages < MAX_PAGES; pages += 1) {
    const page = await getActivity(filter, all.next, signal);
    all = { ...page, rows: [...all.rows, ...page.rows] };
  }
  return all;
}

function nothing(setConnected: (state: Connected) => void): () => void {
  setConnected('past');
  return () => {};
}

const AGAIN_MS = 3_000;

/** @returns how to end it */
function listen(
  { since: _, until: __, ...filter }: ActivityFilter,
  onRows: (message: StreamRows) => void,
  setConnected: (state: Connected) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source = open();

  function open(): EventSource {
    setConnected('reconnecting');
    const stream = new EventSource(`/api/activity/stream${queryText({ ...filter, language })}`);
    stream.addEventListener('open', () => setConnected('live'));
    stream.addEventListener('rows', (event) => onRows(JSON.parse(event.data)));
    stream.addEventListener(
      'bye',
      () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    );
    stream.addEventListener('error', () => {
      setConnected('reconnecting');
      // The browser reconnects after an interruption, but not after an answer that is not a stream.
      if (stream.readyState !== EventSource.CLOSED) return;
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      timer = setTimeout(() => {
        source = open();
      }, AGAIN_MS);
    });
    return stream;
  }

  return () => {
    clearTimeout(timer);
    source.close();
  };
}
