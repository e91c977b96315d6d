import { Agent, type Dispatcher } from 'undici';
import { type BoundedAnswer, boundedRequest } from '../lib/http-request.ts';
import { maskSecrets } from '../lib/mask-secrets.ts';
import { IDLE_SOCKET_MS } from '../lib/open-sockets.ts';
import { isOwnRefusal, parseBody } from './answer-body.ts';
import type { Answer, Call, CallRecord } from './call.ts';
import { networkError, redirectError } from './http-errors.ts';
import { classOf } from './track/answers.ts';

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
  /** Shared with other clients, and not closed by `close`; by default a connection pool of its own. */
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
  const pool = { connections: MAX_CONNECTIONS, keepAliveMaxTimeout: IDLE_SOCKET_MS };
  const own = options.dispatcher ? null : new Agent(pool);
  const dispatcher = options.dispatcher ?? own!;
  const inFlight = new Set<Promise<Answer>>();
  // After a permanent redirect the other region is called directly, so that no data passes through the wrong one again.
  let origin = options.origin;

  async function follow(call: Call): Promise<Answer> {
    const signal = AbortSignal.timeout(options.timeoutMs);
    let url = new URL(call.path, origin);
    for (let hop = 0; ; hop += 1) {
      const { answer, location } = await request(call, { url, signal, dispatcher }, options);
      if (location === null) return answer;
      const next = redirectTarget(location, url, options);
      if (next === null || hop >= MAX_REDIRECTS)
        throw redirectError(answer, maskSecrets(location, options.secrets), next === null);
      if (answer.status === 301 || answer.status === 308) origin = next.origin;
      url = next;
    }
  }

  return {
    async send(call) {
      const answer = follow(call);
      inFlight.add(answer);
      return answer.finally(() => inFlight.delete(answer));
    },
    async close() {
      await Promise.allSettled(inFlight);
      await own?.close();
    },
  };
}

/** Sends one request of a call. @returns the answer, and where it redirects to; null where it does not */
async function request(
  call: Call,
  target: { url: URL; signal: AbortSignal; dispatcher: Dispatcher },
  options: HttpOptions,
): Promise<{ answer: Answer; location: string | null }> {
  const started = performance.now();
  const outcome: Pick<CallRecord, 'status' | 'failure' | 'date'> = {
    status: null,
    failure: 'retryable',
    date: null,
  };
  try {
    const response = await boundedRequest({
      method: call.method,
      headers: headersOf(call, options.authorization),
      body: call.body ?? null,
      maxBytes: { ...MAX_BYTES, success: maxBytesOf(call) },
      ...target,
    });
    const isRedirect = [301, 302, 307, 308].includes(response.status);
    const answer = answerOf(call, response, options.secrets);
    outcome.status = response.status;
    outcome.failure =
      isRedirect || isAbsent(call, answer) ? null : classOf(response.status, answer.body, answer.isRead);
    outcome.date = answer.date;
    return {
      answer,
      location: isRedirect ? headerText(response.headers.location) : null,
    };
  } catch (error) {
    throw networkError(error, call, { ...options, maxBytes: maxBytesOf(call) });
  } finally {
    report(
      { method: call.method, path: call.template, ms: performance.now() - started, ...outcome },
      options,
    );
  }
}

function maxBytesOf(call: Call): number {
  return call.maxBytes ?? MAX_BYTES.success;
}

/** Whether Customer.io itself says that it does not know who is asked for. The HTML page or text of a proxy says nothing. */
export function isAbsent({ absent = [] }: Call, { status, body }: Answer): boolean {
  if (!absent.includes(status)) return false;
  return isOwnRefusal(body.json) || (status === 404 && (body.kind === 'empty' || body.kind === 'json'));
}

function headersOf(call: Call, authorization: string): Record<string, string> {
  return {
    authorization,
    accept: 'application/json',
    'user-agent': 'Stagepost',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function answerOf(call: Call, { status, headers, body }: BoundedAnswer, secrets: string[]): Answer {
  const text = body?.toString('utf8') ?? UNREADABLE;
  return {
    call: `${call.method} ${call.template}`,
    isRead: call.isRead ?? call.method === 'GET',
    status,
    body: parseBody(text, (part, isCut) => maskSecrets(part, secrets, isCut)),
    retryAfter: headerText(headers['retry-after']),
    date: headerText(headers.date),
  };
}

/** A listener that throws must not turn a delivered call into a failed one. */
function report(record: CallRecord, { onCall }: HttpOptions): void {
  try {
    onCall?.(record);
  } catch {}
}

/** The credentials go only to the same origin or to Customer.io's own hosts. The method and the body are kept. */
function redirectTarget(location: string, from: URL, { origin, redirectOrigins }: HttpOptions): URL | null {
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (target === null || target.username !== '' || target.password !== '') return null;
  return [origin, from.origin, ...redirectOrigins].includes(target.origin) ? target : null;
}

function headerText(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
