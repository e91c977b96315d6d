import type { Agent } from 'undici';
import type { Outcome } from './retry-class.ts';
import { sign } from './signature.ts';

export interface PostOptions {
  endpoint: string;
  body: string;
  signingKey: string;
  timeoutMs: number;
  /** Unix seconds of this sending: it changes with every retry. */
  sentAt: number;
  agent: Agent;
  /** Ends the attempt early, when the simulator closes. */
  signal: AbortSignal;
}

/** Posts one report and says how it ended; never throws. Redirects are not followed: only a 2xx counts. */
export async function postReport(options: PostOptions): Promise<Outcome> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.timeoutMs);
  const stop = () => late.abort();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    return { status: await send(options, late.signal) };
  } catch (error) {
    return { error: late.signal.aborted ? 'timeout' : codeOf(error) };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
  }
}

async function send({ endpoint, body, signingKey, sentAt, agent }: PostOptions, signal: AbortSignal) {
  const url = new URL(endpoint);
  const timestamp = String(sentAt);
  const response = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // Seen on old deliveries; the current one is not known.
      'user-agent': 'Customer.io Web Hooks 1.0',
      'x-cio-timestamp': timestamp,
      'x-cio-signature': sign(signingKey, timestamp, body),
    },
    body,
    signal,
  });
  // The status is the answer. What follows it is read only to free the connection.
  response.body.dump().catch(() => {});
  return response.statusCode;
}

function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message?: string };
  if (code) return code;
  return cause ? codeOf(cause) : (message ?? 'unknown error');
}
