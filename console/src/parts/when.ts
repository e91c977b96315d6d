const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `in 2 days`. @param at ms since 1970 */
export function relative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 2 * SECOND) return 'just now';
  const words = span(distance);
  return at <= now ? `${words} ago` : `in ${words}`;
}

/** `850 ms`, `12 s`, `5 min`, `3 h`, `2 days`. @param ms a length of time */
export function span(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  const days = Math.floor(ms / DAY);
  return days === 1 ? '1 day' : `${days} days`;
}

/** `31 ms`, `1.2 s`, `5 min`: how long something took. @param ms a length of time */
export function took(ms: number): string {
  return ms >= SECOND && ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : span(ms);
}

/** How precise the words are at this distance: nothing need be drawn again sooner. */
export function stepOf(at: number, now: number): number {
  const distance = Math.abs(now - at);
  if (distance < MINUTE) return SECOND;
  return distance < HOUR ? 10 * SECOND : MINUTE;
}

const EXACT = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** In the reader's own time zone, which it names by its distance from UTC. */
export function exact(at: number): string {
  return `${EXACT.format(at)} (${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
}

/** `14:03:07` */
export function clockTime(at: number): string {
  return CLOCK.format(at);
}
