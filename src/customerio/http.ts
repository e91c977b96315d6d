import { Agent, type Dispatcher } from 'undici';
import { DeliveryError } from '../domain/errors.ts';
import { BODY_TOO_LARGE, boundedRequest } from '../lib/http-request.ts';
import { maskSecrets } from '../lib/mask-secrets.ts';
import { type AnswerBody, parseBody, shortMessage } from './answer-body.ts';

/** A finished HTTP request, safe to log: the path is a template, since real paths contain email addresses. */
export interface CallRecord {
  method: string;
  /** Such as `/api/v1/customers/{id}`. */
  path: string;
  /** Null where there was no answer. */
  status: number | null;
  ms: number;
}

export interface Call {
  method: 'GET' | 'PUT' | 'POST';
  /** Encoded path and query. */
  path: string;
  /** The path without personal data. */
  template: string;
  /** JSON text. */
  body?: string;
}

export interface Answer {
  /** Method and path template, for error texts. */
  call: string;
  /** Successful reads carry data, successful writes an empty body. */
  isRead: boolean;
  status: number;
  body: AnswerBody;
  retryAfter: string | null;
  date: string | null;
}

export interface HttpOptions {
  origin: string;
  /** Other origins to which a redirect is followed with the credentials. */
  redirectOrigins: string[];
  authorization: string;
  /** Masked in every error text, even where a server echoes them. */
  secrets: string[];
  /** For the whole call with its redirects, in ms. */
  timeoutMs: number;
  onCall?: ((record: CallRecord) => void) | undefined;
  /** For tests; by default a connection pool of its own. */
  dispatcher?: Dispatcher | undefined;
}

export interface Http {
  /** The final answer. Throws DeliveryError: `retryable` without one, `unauthorized` for a redirect to another host. */
  send(call: Call): Promise<Answer>;
  /** Waits for the calls in flight (at most `timeoutMs`), then ends the connections. */
  close(): Promise<void>;
}

/** An EU account that calls the US host takes one hop; a second one is slack. */
const MAX_REDIRECTS = 2;
/** The largest expected answer (a person's attributes) has 300 values of 1000 bytes. */
const MAX_BYTES = { success: 2_000_000, failure: 2_000_000 };
/** The text of an error whose body could not be read to its end. */
const UNREADABLE = 'its body could not be read';
/** As many as the lane's concurrent calls. */
const MAX_CONNECTIONS = 32;

/** JSON over HTTPS with bounded time, redirects and answer size. */
export function createHttp(options: HttpOptions): Http {
  const own = options.dispatcher ? null : new Agent({ connections: MAX_CONNECTIONS });
  const dispatcher = options.dispatcher ?? own!;
  // After a permanent redirect the other region is called directly, so that no data passes through the wrong one again.
  let origin = options.origin;

  async function send(call: Call): Promise<Answer> {
    const signal = AbortSignal.timeout(options.timeoutMs);
    let url = new URL(call.path, origin);
    for (let hop = 0; ; hop += 1) {
      const { answer, location } = await once(call, url, signal);
      if (location === null) return answer;
      const next = redirectTarget(location, url);
      if (next === null || hop >= MAX_REDIRECTS)
        throw redirectError(answer, maskSecrets(location, options.secrets), next === null);
      if (answer.status === 301 || answer.status === 308) origin = next.origin;
      url = next;
    }
  }

  async function once(call: Call, url: URL, signal: AbortSignal) {
    const started = performance.now();
    let status: number | null = null;
    try {
      const { headers, body, ...response } = await boundedRequest({
        method: call.method,
        url,
        headers: {
          authorization: options.authorization,
          accept: 'application/json',
          'user-agent': 'Stagepost',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: call.body ?? null,
        signal,
        dispatcher,
        maxBytes: MAX_BYTES,
      });
      status = response.status;
      const text = body?.toString('utf8') ?? UNREADABLE;
      return {
        answer: {
          call: `${call.method} ${call.template}`,
          isRead: call.method === 'GET',
          status,
          body: parseBody(text, (part, isCut) => maskSecrets(part, options.secrets, isCut)),
          retryAfter: headerText(headers['retry-after']),
          date: headerText(headers.date),
        },
        location: [301, 302, 307, 308].includes(status) ? headerText(headers.location) : null,
      };
    } catch (error) {
      throw networkError(error, call, options);
    } finally {
      report({ method: call.method, path: call.template, status, ms: performance.now() - started });
    }
  }

  /** A listener that throws must not turn a delivered call into a failed one. */
  function report(record: CallRecord): void {
    try {
      options.onCall?.(record);
    } catch {}
  }

  /** The credentials go only to the same origin or to Customer.io's own hosts. The method and the body are kept. */
  function redirectTarget(location: string, from: URL): URL | null {
    const target = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    if (target === null || target.username !== '' || target.password !== '') return null;
    const allowed = [options.origin, from.origin, ...options.redirectOrigins];
    return allowed.includes(target.origin) ? target : null;
  }

  return {
    send,
    async close() {
      await own?.close();
    },
  };
}

function redirectError(answer: Answer, location: string, isForeign: boolean): DeliveryError {
  const where = URL.canParse(location) ? new URL(location).origin : 'an address that cannot be read';
  const why = isForeign
    ? `was redirected to ${where}, which is not Customer.io. Check the region, the URL and any proxy on the way.`
    : 'was redirected too often. Check the region and any proxy on the way.';
  return new DeliveryError('unauthorized', `${answer.call} ${why}`, { status: answer.status });
}

/** Every write may be repeated (`_timestamp`, ULID), so a missing answer never means `unknown`. */
function networkError(error: unknown, call: Call, options: HttpOptions): DeliveryError {
  const reason = networkReason(error, options.timeoutMs);
  const text = maskSecrets(
    `Customer.io gave no answer to ${call.method} ${call.template}: ${reason}`,
    options.secrets,
  );
  // The cause is left out: some of undici's errors carry the request's headers.
  return new DeliveryError('retryable', text);
}

function networkReason(error: unknown, timeoutMs: number): string {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (code === BODY_TOO_LARGE) return `its answer was larger than ${MAX_BYTES.success / 1_000_000} MB.`;
  if (name === 'TimeoutError') return `nothing came within ${timeoutMs / 1000} s.`;
  if (code === 'ECONNREFUSED') return 'the connection was refused.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name was not found. Check the network.';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return 'the connection broke off.';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection could be made in time.';
  return shortMessage(`${message ?? error}${code ? ` (${code})` : ''}`);
}

function headerText(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
