const minute = 60_000;

/** Kommo docs: any code from 100 to 299 is a success. */
export const isGood = (status: number): boolean => status >= 100 && status < 300;

/**
 * The wait before the next attempt of an account webhook in ms of Kommo's clock, or null: given up.
 * Kommo docs: #2 after 5 min and #3 after 15 min for every failure; #4 after 15 min and #5 after 1 h
 * only for 499 and 5xx. Read as counted from the attempt before; the docs do not say.
 */
export function accountRetryMs(attempt: number, status: number): number | null {
  if (isGood(status)) return null;
  if (attempt === 1) return 5 * minute;
  if (attempt === 2) return 15 * minute;
  if (status !== 499 && !(status >= 500 && status <= 599)) return null;
  return { 3: 15 * minute, 4: 60 * minute }[attempt] ?? null;
}

/**
 * The same for Digital Pipeline webhooks. Kommo docs: up to 4 further attempts within an hour; the waits
 * between them are not documented, these fill the hour.
 */
export function pipelineRetryMs(attempt: number, status: number): number | null {
  if (isGood(status)) return null;
  return { 1: 5 * minute, 2: 15 * minute, 3: 15 * minute, 4: 25 * minute }[attempt] ?? null;
}

/** Kommo docs: more than 100 bad answers in two hours, the latest one bad, disable an account webhook. */
export const accountHealth = { windowMs: 120 * minute, tolerated: 100 };

/** Kommo docs: more than 100 bad answers in 5 minutes stop the attempts of Digital Pipeline webhooks for 5 minutes. */
export const pipelineHealth = { windowMs: 5 * minute, tolerated: 100, pauseMs: 5 * minute };

export interface Health {
  /** Notes one answer at a time in ms of Kommo's clock; true when it is one bad answer too many. */
  answered(status: number, at: number): boolean;
  reset(): void;
}

/** Counts bad answers in a sliding window. Only a bad answer can be the one too many. */
export function createHealth({ windowMs, tolerated }: { windowMs: number; tolerated: number }): Health {
  let bad: number[] = [];
  return {
    answered(status, at) {
      if (isGood(status)) return false;
      bad = bad.filter((time) => time > at - windowMs);
      bad.push(at);
      return bad.length > tolerated;
    },
    reset() {
      bad = [];
    },
  };
}
