/** The middle of a list of numbers. */
export function median(values: number[]): number {
  return percentile(values, 50);
}

/** @param percent 0 to 100; the smallest value that so many percent of the values do not exceed. */
export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
