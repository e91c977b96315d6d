const hour = 3_600_000;

/** A report that was not accepted is dropped after this many ms (Customer.io docs). */
export const reportLifeMs = 7 * 24 * hour;

/** What one attempt ended with: a status, or the code of a network error, or a timeout. */
export type Outcome = { status: number } | { error: string };

// Customer.io docs, "Reporting webhooks": after these the first retry waits an hour. 503, 504 and plain
// timeouts are not in the list.
const hourStatuses = new Set([400, 401, 402, 403, 404, 405, 410, 429, 500, 502, 521]);

// The docs say "EOF", "server misbehaving" (a resolver's failure), connection refused, connection reset and
// x509 failures; these are Node's and undici's names for them.
const hourErrors =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|UND_ERR_SOCKET|ENOTFOUND|EAI_AGAIN|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET))/;

export function isAccepted(outcome: Outcome): boolean {
  return 'status' in outcome && outcome.status >= 200 && outcome.status < 300;
}

/**
 * How long to wait after the given failed attempt (1 for the first), in ms. The docs name the first hour and
 * "exponential backoff"; doubling, the cap of 12 hours and the short class's first wait are assumptions.
 */
export function retryWaitMs(outcome: Outcome, attempt: number, shortRetryMs: number): number {
  const slow = 'status' in outcome ? hourStatuses.has(outcome.status) : hourErrors.test(outcome.error);
  return Math.min((slow ? hour : shortRetryMs) * 2 ** Math.min(attempt - 1, 30), 12 * hour);
}
