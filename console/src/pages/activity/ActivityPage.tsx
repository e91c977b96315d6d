import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import type { VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Ago } from '../../parts/Ago.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Empty, Failed, Loading } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { activityTexts, texts } from '../../texts.ts';
import { Filters } from './Filters.tsx';
import type { Feed } from './feed.ts';
import { keep, keptFor } from './kept.ts';
import { LiveBar } from './LiveBar.tsx';
import { RowList } from './RowList.tsx';
import { type ActivitySearch, filterOf, hidesNothing } from './search.ts';
import { type LiveFeed, useFeed } from './useFeed.ts';

/** Scrolled further than this, in pixels, the list is held still, so that rows do not move while the user reads. */
const TOP_PX = 80;

export function ActivityPage() {
  const { connection, names } = useConnection();
  const { connection: _, ...search } = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const [isPaused, setPaused] = useState(false);
  const entry = useEntry();
  const [left] = useState(() => keptFor(entry));
  const isAtTop = useIsAtTop(left !== null);
  const filter = useFilter(search, connection);
  const live = useFeed(filter, isPaused || !isAtTop, left?.feed ?? null);
  const setSearch = (change: Partial<ActivitySearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const clear = () => void navigate({ search: connection ? { connection } : {}, replace: true });

  const { release } = live;
  useEffect(() => {
    if (!isPaused && isAtTop) release();
  }, [isPaused, isAtTop, release]);

  return (
    <Stack gap="sm">
      <Group justify="space-between" align="center" gap="xs">
        <PageTitle>{texts.activity.title}</PageTitle>
        <LiveBar connected={live.connected} isPaused={isPaused} onPause={setPaused} />
      </Group>
      <Filters search={search} connection={connection} onChange={setSearch} onClear={clear} />
      <Rows
        live={live}
        heights={left?.heights ?? []}
        onLeave={(feed, heights) => entry !== undefined && keep({ entry, feed, heights })}
        isFiltered={Object.keys(search).some((name) => name !== 'show')}
        onClear={clear}
        onShowAll={hidesNothing(search) ? () => setSearch({ show: 'all' }) : null}
        withConnection={connection === undefined && names.length > 1}
        onShowHeld={() => {
          setPaused(false);
          window.scrollTo({ top: 0 });
          live.release();
        }}
      />
    </Stack>
  );
}

/** The browser's history entry of this page; while the page is being left, still its own and not the next one's. */
function useEntry(): string | undefined {
  const entry = useLocation({
    select: ({ pathname, state }) => (pathname === '/activity' ? state.__TSR_key : undefined),
  });
  const known = useRef(entry);
  if (entry !== undefined) known.current = entry;
  return known.current;
}

/** A period is counted back from when it was chosen: else every drawing would ask for another one. */
function useFilter(search: ActivitySearch, connection: string | undefined) {
  const key = JSON.stringify(search);
  return useMemo(() => filterOf(JSON.parse(key), connection, Date.now()), [key, connection]);
}

/** @param isReturn the router is about to scroll to where the page was left: until then nothing may move */
function useIsAtTop(isReturn: boolean): boolean {
  const [isAtTop, setAtTop] = useState(() => !isReturn && window.scrollY < TOP_PX);
  useEffect(() => {
    const look = () => setAtTop(window.scrollY < TOP_PX);
    const first = requestAnimationFrame(look);
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      cancelAnimationFrame(first);
      window.removeEventListener('scroll', look);
    };
  }, []);
  return isAtTop;
}

interface RowsProps {
  live: LiveFeed;
  isFiltered: boolean;
  onClear(): void;
  /** Shows what had nothing to do; null where it is shown. */
  onShowAll: (() => void) | null;
  withConnection: boolean;
  heights: VirtualItem[];
  onLeave(feed: Feed, heights: VirtualItem[]): void;
  onShowHeld(): void;
}

function Rows(props: RowsProps) {
  const { live, withConnection, heights, onLeave, onShowHeld } = props;
  const { feed, error, reload } = live;
  if (!feed) return error ? <Failed error={error} again={reload} /> : <Loading lines={8} />;
  return (
    <>
      {error ? <Failed error={error} again={reload} /> : null}
      {feed.held.length > 0 ? (
        <Button variant="light" size="xs" onClick={onShowHeld} pos="sticky" top={60} style={{ zIndex: 2 }}>
          {texts.activity.waitingRows(feed.held.length)}
        </Button>
      ) : null}
      {feed.rows.length === 0 ? (
        <NoRows {...props} feed={feed} />
      ) : (
        <RowList
          rows={feed.rows}
          withConnection={withConnection}
          onNearEnd={live.loadOlder}
          heights={heights}
          onLeave={(now) => onLeave(feed, now)}
        />
      )}
      <End live={live} feed={feed} />
    </>
  );
}

/** An empty list, with what leads on. */
function NoRows({ feed, isFiltered, onClear, onShowAll }: RowsProps & { feed: Feed }) {
  if (feed.next !== null) return null;
  const action = (
    <Group gap="xs" pt="sm" justify="center">
      {onShowAll ? (
        <Button size="xs" variant="default" onClick={onShowAll}>
          {activityTexts.showNothing}
        </Button>
      ) : null}
      {isFiltered ? (
        <Button size="xs" variant="default" onClick={onClear}>
          {texts.activity.clear}
        </Button>
      ) : (
        <Button size="xs" variant="default" renderRoot={(props) => <Link to="/connections" {...props} />}>
          {activityTexts.toSetup}
        </Button>
      )}
    </Group>
  );
  const { noMatch, empty, emptyHint } = texts.activity;
  const hint = onShowAll ? activityTexts.hidden : '';
  return (
    <div className="card">
      {isFiltered ? (
        <Empty title={noMatch} hint={hint} action={action} />
      ) : (
        <Empty title={empty} hint={emptyHint} action={action} />
      )}
    </div>
  );
}

function End({ live, feed }: { live: LiveFeed; feed: Feed }) {
  if (feed.next === null)
    return feed.rows.length === 0 ? null : (
      <Text size="sm" c="dimmed" ta="center">
        {texts.activity.end}
      </Text>
    );
  return (
    <Group justify="center" gap="xs">
      {feed.searchedTo !== null ? (
        <Text size="sm" c="dimmed">
          {texts.activity.searched} <Ago at={feed.searchedTo} />.
        </Text>
      ) : null}
      <Anchor component="button" size="sm" onClick={live.loadOlder} disabled={live.isLoadingOlder}>
        {live.isLoadingOlder ? texts.states.loading : texts.activity.older}
      </Anchor>
    </Group>
  );
}
