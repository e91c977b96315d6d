const MB = 1_000_000;
const DAY_MS = 86_400_000;
/** A forecast from less would take the first hours of an import for the rule. */
const MIN_SAMPLES = 24;
const MIN_DAYS = 1;

/** How large something was at a time, ms. */
export interface Size {
  at: number;
  bytes: number;
}

/**
 * By how much something grows, in bytes a day; null where there are too few samples to say it.
 *
 * It is the slope from the median of the first quarter of the samples to that of the last: a large file that comes and goes, such as
 * a backup, changes neither.
 */
export function growthADay(sizes: readonly Size[]): number | null {
  if (sizes.length < MIN_SAMPLES) return null;
  const quarter = Math.ceil(sizes.length / 4);
  const first = middleOf(sizes.slice(0, quarter));
  const last = middleOf(sizes.slice(-quarter));
  const days = (last.at - first.at) / DAY_MS;
  return days < MIN_DAYS ? null : (last.bytes - first.bytes) / days;
}

function middleOf(sizes: readonly Size[]): Size {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return { at: middle(sizes.map(({ at }) => at)), bytes: middle(sizes.map(({ bytes }) => bytes)) };
}

/** "420 MB", "1.2 GB". */
export function sizeText(bytes: number): string {
  return bytes < 1_000 * MB ? `${Math.round(bytes / MB)} MB` : `${(bytes / MB / 1_000).toFixed(1)} GB`;
}
