import { HttpError } from '../../http-error.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

/**
 * The period of a request, in unix seconds: `since` belongs to it, `until` does not.
 * @param query in ms
 * @throws HttpError 400 where it has no time, or more than 400 days
 */
export function periodOf(
  { since, until }: { since?: number | undefined; until?: number | undefined },
  now: number,
): { since: number; until: number } {
  // A second more than now, so that what happened in this second counts.
  const end = until ?? now + 1_000;
  const begin = since ?? Math.max(0, end - 7 * DAY_MS);
  if (begin >= end) throw new HttpError(400, 'The period ends before it begins: choose an earlier "since".');
  if (end - begin > MOST_DAYS * DAY_MS)
    throw new HttpError(400, `The period has more than ${MOST_DAYS} days.`);
  return { since: Math.ceil(begin / 1000), until: Math.ceil(end / 1000) };
}
