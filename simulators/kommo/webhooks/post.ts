import type { Agent } from 'undici';

export interface HookPost {
  destination: string;
  body: string;
  requestId: string;
  /** Real ms until the status line must be there. */
  timeoutMs: number;
  /** The status a too slow receiver counts as. */
  timeoutCountsAs: number;
  agent: Agent;
  /** Ends the attempt early, when the simulator closes. */
  signal: AbortSignal;
}

/**
 * Posts one webhook and returns the status: 0 without a connection, `timeoutCountsAs` when too slow.
 * Never throws; redirects are not followed, a 3xx is a failure for Kommo.
 */
export async function postHook(options: HookPost): Promise<number> {
  const { timeoutMs, timeoutCountsAs, signal } = options;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await send(options, AbortSignal.any([late.signal, signal]));
  } catch {
    return late.signal.aborted ? timeoutCountsAs : 0;
  } finally {
    clearTimeout(timer);
  }
}

async function send({ destination, body, requestId, agent }: HookPost, signal: AbortSignal): Promise<number> {
  const url = new URL(destination);
  const response = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    // Seen by receivers of both amoCRM and Kommo. There is no signature.
    headers: {
      'user-agent': 'amoCRM-Webhooks/3.0',
      'content-type': 'application/x-www-form-urlencoded',
      'accept-encoding': 'gzip',
      'x-amocrm-requestid': requestId,
    },
    body,
    signal,
  });
  // The status is the answer. What follows it is read within the limit only to use the connection again.
  await response.body.dump({ limit: 131_072, signal }).catch(() => {});
  return response.statusCode;
}
