import { expect, it } from 'vitest';
import type { ActivityRow } from '../../api/types.ts';
import {
  type Arrival,
  arrived as arrivedWith,
  type Feed,
  firstPage,
  MAX_ROWS,
  olderPage,
  released,
  returned,
} from './feed.ts';

const row = (id: number, outcome: ActivityRow['outcome'] = 'done') =>
  ({ id, outcome, message: null }) as ActivityRow;
const email = (id: number, key: string, progress: string) =>
  ({ id, outcome: 'done', message: { key, progress } }) as ActivityRow;
const rows = (...ids: number[]) => ids.map((id) => row(id));
const idsOf = (shown: readonly ActivityRow[]) => shown.map(({ id }) => id);
const page = (...ids: number[]) => firstPage({ rows: rows(...ids), next: ids.at(-1)!, searchedTo: null });

const arrived = (
  feed: Feed,
  came: readonly ActivityRow[],
  missed: boolean,
  isStill: boolean,
  isWanted: Arrival['isWanted'] = () => true,
) => arrivedWith(feed, came, { missed, isStill, isWanted });

it('a new row goes to the top', () => {
  expect(idsOf(arrived(page(3, 2, 1), rows(4), false, false).rows)).toEqual([4, 3, 2, 1]);
});

it('a row that has changed stays where it stands', () => {
  const feed = arrived(page(3, 2, 1), [row(2, 'failed')], false, false);
  expect(feed.rows.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['3 done', '2 failed', '1 done']);
});

it('a row that has changed into what was not asked for goes, shown or held, and does not come', () => {
  const before = arrived(page(3, 2), rows(4), false, true);
  const changed = [row(4, 'nothing'), row(2, 'nothing'), row(1, 'nothing')];
  const feed = arrived(before, changed, false, true, ({ outcome }) => outcome !== 'nothing');
  expect([idsOf(feed.rows), feed.held]).toEqual([[3], []]);
});

it('while it stands still, new rows are held and changed ones still change', () => {
  const feed = arrived(page(3, 2), [row(4), row(3, 'failed')], false, true);
  expect([idsOf(feed.rows), idsOf(feed.held), feed.rows[0]!.outcome]).toEqual([[3, 2], [4], 'failed']);
  expect(idsOf(released(feed).rows)).toEqual([4, 3, 2]);
});

it('a held row that changes is held once', () => {
  const feed = arrived(arrived(page(1), rows(2), false, true), [row(2, 'failed')], false, true);
  expect(feed.held.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['2 failed']);
});

it('an older page goes to the end, and its next page follows it', () => {
  const feed = olderPage(page(9, 8), { rows: rows(7, 6), next: 6, searchedTo: null });
  expect([idsOf(feed.rows), feed.next]).toEqual([[9, 8, 7, 6], 6]);
});

it('of very many rows the oldest go, and are the next page again', () => {
  const many = Array.from({ length: MAX_ROWS + 5 }, (_, index) => row(MAX_ROWS + 5 - index));
  const feed = arrived(firstPage({ rows: [], next: null, searchedTo: null }), many, false, false);
  expect([feed.rows.length, feed.rows.at(-1)!.id, feed.next]).toEqual([MAX_ROWS, 6, 6]);
});

it('a list that somebody comes back to is as it was, with what has changed and without what is gone', () => {
  const isWanted = () => true;
  const left = page(9, 8, 7, 3, 2);
  const now = { rows: [row(11), row(9, 'failed'), row(7)], next: 6, searchedTo: null };
  const feed = returned(left, now, { isStill: true, isWanted });
  expect(feed.rows.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    '9 failed',
    '7 done',
    '3 done',
    '2 done',
  ]);
  expect([idsOf(feed.held), feed.missed, feed.next]).toEqual([[11], false, 2]);
  expect(idsOf(returned(left, now, { isStill: false, isWanted }).rows)).toEqual([11, 9, 7, 3, 2]);
});

it('that more came meanwhile than were loaded again is known', () => {
  const now = { rows: rows(30, 29), next: 29, searchedTo: null };
  expect(returned(page(3, 2), now, { isStill: true, isWanted: () => true }).missed).toBe(true);
});

it('that rows were missed stays known until the page is loaded again', () => {
  expect(arrived(arrived(page(1), [], true, true), rows(2), false, true).missed).toBe(true);
});

it('a further report of a message moves its row to the top, and leaves it there once', () => {
  const before = firstPage({ rows: [row(3), email(2, 'd', 'sent'), row(1)], next: 1, searchedTo: null });
  const { rows: shown } = arrived(before, [email(4, 'd', 'opened')], false, false);
  expect(shown.map(({ id, message }) => message?.progress ?? id)).toEqual(['opened', 3, 1]);
});

it('news of an earlier report of a message changes its row where it stands', () => {
  const before = firstPage({ rows: [email(4, 'd', 'opened'), row(3)], next: 3, searchedTo: null });
  const { rows: shown } = arrived(before, [email(2, 'd', 'clicked')], false, false);
  expect(shown.map(({ id, message }) => [id, message?.progress])).toEqual([
    [4, 'clicked'],
    [3, undefined],
  ]);
});

it('an older page with a message that is in the list already adds no row', () => {
  const feed = olderPage(firstPage({ rows: [email(9, 'd', 'opened')], next: 9, searchedTo: null }), {
    rows: [email(4, 'd', 'opened'), row(3)],
    next: 3,
    searchedTo: null,
  });
  expect(idsOf(feed.rows)).toEqual([9, 3]);
});
