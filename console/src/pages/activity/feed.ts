import type { Activity, ActivityRow } from '../../api/types.ts';

/** As many rows as are kept; older ones are loaded again when somebody scrolls down to them. */
export const MOST_ROWS = 2_000;

/** The rows of the page, newest first, and what came while it stands still. */
export interface Feed {
  rows: readonly ActivityRow[];
  /** Came since, newest first; not shown yet. */
  held: readonly ActivityRow[];
  /** More came than were sent: the newest page must be loaded again. */
  missed: boolean;
  /** The `before` of the next older page; null where there is none. */
  next: number | null;
  /** How far back was searched, ms. */
  searchedTo: number | null;
}

export function firstPage({ rows, next, searchedTo }: Activity): Feed {
  return { rows, held: [], missed: false, next, searchedTo };
}

/** An older page. */
export function olderPage(feed: Feed, { rows, next, searchedTo }: Activity): Feed {
  return { ...feed, rows: merged(feed.rows, rows), next, searchedTo };
}

/**
 * Rows that came or changed. Rows already shown change where they stand; new ones go to the top, or are held where
 * the page stands still.
 */
export function arrived(feed: Feed, rows: readonly ActivityRow[], missed: boolean, isStill: boolean): Feed {
  const known = new Set(feed.rows.map(({ id }) => id));
  const changed = rows.filter(({ id }) => known.has(id));
  const fresh = merged(
    feed.held,
    rows.filter(({ id }) => !known.has(id)),
  );
  const shown = changed.length > 0 ? merged(feed.rows, changed) : feed.rows;
  if (isStill)
    return { ...feed, rows: shown, held: fresh.slice(0, MOST_ROWS), missed: feed.missed || missed };
  return released({ ...feed, rows: shown, held: fresh, missed: feed.missed || missed });
}

/** Shows what was held. */
export function released(feed: Feed): Feed {
  const all = feed.held.length > 0 ? merged(feed.rows, feed.held) : feed.rows;
  if (all.length <= MOST_ROWS) return { ...feed, rows: all, held: [] };
  const rows = all.slice(0, MOST_ROWS);
  return { ...feed, rows, held: [], next: rows.at(-1)!.id };
}

/** Newest first, each once; of two with the same id the later given counts. */
function merged(before: readonly ActivityRow[], after: readonly ActivityRow[]): ActivityRow[] {
  const byId = new Map(before.map((row) => [row.id, row]));
  for (const row of after) byId.set(row.id, row);
  return [...byId.values()].sort((a, b) => b.id - a.id);
}
