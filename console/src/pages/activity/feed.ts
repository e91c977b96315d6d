import type { Activity, ActivityRow } from '../../api/types.ts';

/** The most rows that are kept. Older rows are loaded again when the user scrolls down to them. */
export const MAX_ROWS = 2_000;

/** The rows of the page, newest first, and the rows that arrived while it is paused. */
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

export interface Arrival {
  /** More came than were sent. */
  missed: boolean;
  /** New rows are held back. */
  isStill: boolean;
  /** A changed row is sent although it is no longer one of those asked for. */
  isWanted(row: ActivityRow): boolean;
}

/**
 * Rows that came or changed. Rows already shown change where they stand; new ones go to the top, or are held where
 * the page stands still. Rows that have changed into what was not asked for go.
 */
export function arrived(
  feed: Feed,
  rows: readonly ActivityRow[],
  { missed, isStill, isWanted }: Arrival,
): Feed {
  const gone = new Set(rows.filter((row) => !isWanted(row)).map(keyOf));
  const stay = (row: ActivityRow) => !gone.has(keyOf(row));
  const known = new Map(feed.rows.map((row) => [keyOf(row), row.id]));
  const isChange = (row: ActivityRow) => (known.get(keyOf(row)) ?? 0) >= row.id;
  const changed = rows.filter(isChange);
  const fresh = merged(
    feed.held,
    rows.filter((row) => !isChange(row)),
  ).filter(stay);
  const shown = changed.length > 0 ? merged(feed.rows, changed).filter(stay) : feed.rows;
  if (isStill) return { ...feed, rows: shown, held: fresh.slice(0, MAX_ROWS), missed: feed.missed || missed };
  return released({ ...feed, rows: shown, held: fresh, missed: feed.missed || missed });
}

/**
 * The list as it was left, brought up to date by its newest rows as they are now. Rows that are not among these any
 * more go; older ones than these stay as they were.
 */
export function returned(feed: Feed, page: Activity, arrival: Omit<Arrival, 'missed'>): Feed {
  const lowest = page.next ?? 0;
  const loaded = new Set(page.rows.map(keyOf));
  const older = feed.rows.filter((row) => row.id < lowest && !loaded.has(keyOf(row)));
  const rows = feed.rows.filter((row) => row.id < lowest || loaded.has(keyOf(row)));
  const isGap = older.length > 0 && older.length === rows.length;
  const end = older.length > 0 ? feed : page;
  const known = { ...feed, rows, next: end.next, searchedTo: end.searchedTo };
  return arrived(known, page.rows, { ...arrival, missed: isGap });
}

/** Shows what was held. */
export function released(feed: Feed): Feed {
  const all = feed.held.length > 0 ? merged(feed.rows, feed.held) : feed.rows;
  if (all.length <= MAX_ROWS) return { ...feed, rows: all, held: [] };
  const rows = all.slice(0, MAX_ROWS);
  return { ...feed, rows, held: [], next: rows.at(-1)!.id };
}

/** Newest first, each once; of two with the same key the later given counts, at the place of the newer. */
function merged(before: readonly ActivityRow[], after: readonly ActivityRow[]): ActivityRow[] {
  const byKey = new Map(before.map((row) => [keyOf(row), row]));
  for (const row of after) byKey.set(keyOf(row), newest(row, byKey.get(keyOf(row))));
  return [...byKey.values()].sort((a, b) => b.id - a.id);
}

/** A message is sent with the report that is news, which may be older than the one it is listed by. */
function newest(row: ActivityRow, known: ActivityRow | undefined): ActivityRow {
  return known && known.id > row.id ? { ...row, id: known.id, at: known.at } : row;
}

/** What is one row: an event, or all reports of a message. */
export function keyOf({ id, message }: ActivityRow): string | number {
  return message?.key ?? id;
}
