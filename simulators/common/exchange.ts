/** The texts of one call, for a log that people read. */
export interface Exchange {
  /** Path and query as the caller sent them. */
  url: string;
  /** The body of the call; empty when there was none. */
  sent: string;
  /** The body of the answer; null where there was none. */
  answered: string | null;
}
