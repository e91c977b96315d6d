/** The variable with the mean time between two runs of the retention job, in s. */
export const EVERY_VARIABLE = 'TORTURE_RETENTION_EVERY';

/** An hour of the senders' waits is six seconds: repeats end while their events are kept (kept-times.ts). */
export const SHORT_TIME_SCALE = 600;

/** @returns the environment of processes that keep events for seconds instead of months. */
export function shortRetention(everySeconds: number): Record<string, string> {
  const preload = new URL('register.ts', import.meta.url).href;
  return { NODE_OPTIONS: `--import ${preload}`, [EVERY_VARIABLE]: String(everySeconds) };
}
