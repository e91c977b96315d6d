import { Agent } from 'undici';
import { boundedRequest } from '../../lib/http-request.ts';
import { maskSecrets } from '../../lib/mask-secrets.ts';
import { retryAfterMs } from '../../lib/retry-after.ts';
import { AlertError } from './channel.ts';

/** The largest answer that is read, bytes. */
const MAX_BYTES = { success: 64 * 1024, failure: 16 * 1024 };
/** How much of a refusal's text is shown. */
const SHOWN = 200;
/** As much of an answer is searched for its text. */
const MAX_READ = 5_000;

export interface PostOptions {
  url: string;
  /** The name of the receiver's service, for errors: "Slack". */
  service: string;
  headers?: Record<string, string>;
  body: string;
  /** Replaced by `***` in every error. */
  secrets: string[];
  signal: AbortSignal;
}

/** Posts JSON, once: redirects are not followed. @throws AlertError unless the status is below 300. */
export async function postJson({ url, service, headers, body, secrets, signal }: PostOptions): Promise<void> {
  const hidden = [url, new URL(url).pathname, ...secrets];
  const agent = new Agent({ connections: 1 });
  try {
    const answer = await boundedRequest({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'user-agent': 'Stagepost', ...headers },
      body,
      dispatcher: agent,
      signal,
      maxBytes: MAX_BYTES,
    });
    if (answer.status < 300) return;
    throw refusal(service, answer.status, answer.headers['retry-after'], textOf(answer.body, hidden));
  } catch (error) {
    if (error instanceof AlertError) throw error;
    if (signal.aborted) throw new AlertError(`${service} gave no answer in time.`);
    const { code, message } = error as { code?: string; message?: string };
    throw new AlertError(`${service} cannot be reached (${maskSecrets(code ?? message ?? '', hidden)}).`);
  } finally {
    void agent.close().catch(() => {});
  }
}

/** A 4xx is not cured by trying again, except that a server may be too busy. */
function refusal(
  service: string,
  status: number,
  retryAfter: string | string[] | undefined,
  text: string,
): AlertError {
  const isBusy = status === 408 || status === 425 || status === 429;
  const answer = text === '' ? '' : `: ${text}`;
  const redirect = status < 400 ? ' Redirects are not followed: write the final address.' : '';
  return new AlertError(`${service} answered ${status}${answer}.${redirect}`, {
    isPermanent: status < 500 && !isBusy,
    retryAfterMs: retryAfterMs([retryAfter].flat()[0], Date.now()),
  });
}

function textOf(body: Buffer | null, hidden: string[]): string {
  const text = maskSecrets(body?.toString('utf8') ?? '', hidden, true);
  const line = text
    // The expressions take quadratic time for unclosed tags.
    .slice(0, MAX_READ)
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
