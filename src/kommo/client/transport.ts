import type { Dispatcher } from 'undici';
import { DeliveryError } from '../../domain/errors.ts';
import { type BoundedAnswer, boundedRequest } from '../../lib/http-request.ts';
import { withoutEndSlashes } from '../../lib/trim-end.ts';
import { parseJson } from '../../lib/unknown-json.ts';
import type { Answer, CallContext, CallOptions, CallReport, KommoCall } from './call.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { type LimiterClock, limiterClock } from './clock.ts';
import { startDeadline } from './deadline.ts';
import { failureOf } from './errors.ts';
import { causeOf, noAnswer } from './no-answer.ts';
import { isAboutAddress, isOwnAnswer, isOwnProblem } from './problem.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { watchSending } from './sending.ts';
import type { Slot } from './slots.ts';
import type { AccessToken, TokenSource } from './token-source.ts';

export interface TransportOptions {
  baseUrl: string;
  tokens: TokenSource;
  limiter: RateLimiter;
  breaker: CircuitBreaker;
  dispatcher: Dispatcher;
  timeoutMs: number;
  onCall?: (call: CallReport) => void;
  /** Must be the breaker's clock. */
  clock?: Pick<LimiterClock, 'now'>;
}

export interface Transport {
  /** Makes one call. Gives the JSON body, or null for 204. Throws `DeliveryError`. */
  send(call: KommoCall, options?: CallOptions): Promise<unknown>;
}

/** A page of 250 deals with 200 fields each is about 5 MB; a refusal that names each of 250 items is below 200 KB. */
const MAX_BYTES = { success: 32 * 1024 * 1024, failure: 1024 * 1024 };

/** One request in flight. `isSent` decides what a missing answer means: never sent, or an unknown outcome. */
interface Flight {
  slot: Slot;
  isSent: boolean;
  signal: AbortSignal | undefined;
}

export function createTransport(options: TransportOptions): Transport {
  const { limiter, breaker, timeoutMs, clock = limiterClock } = options;
  const configured = rootOf(options.baseUrl);

  async function send(call: KommoCall, callOptions: CallOptions = {}): Promise<unknown> {
    const { tokens } = options;
    const token = await readToken(() => tokens.current());
    try {
      return await sendWith(token!, call, callOptions);
    } catch (error) {
      // A refused call has done nothing, so that it may be repeated whatever its effect is.
      if (!isRefusal(error)) throw error;
      const next = await readToken(() => tokens.refused(token!));
      if (next === null) throw error;
      return sendWith(next, call, callOptions);
    }
  }

  async function sendWith(token: AccessToken, call: KommoCall, { priority, signal }: CallOptions) {
    const { advice } = options.tokens;
    const context: CallContext = { ...call, advice, secrets: [token.value, ...(call.secrets ?? [])] };
    const slot = await acquire(limiter, priority ?? 'live', signal);
    const started = clock.now();
    const flight: Flight = { slot, isSent: false, signal };
    const report: Pick<CallReport, 'status' | 'date' | 'error'> = { status: null, date: null };
    try {
      const answer = await exchange(call, context, token, flight);
      report.status = answer.status;
      report.date = [answer.headers.date ?? []].flat()[0] ?? null;
      const isAbsent = meansAbsent(answer, call);
      if (!isAbsent && !(answer.status < 300 && isOwnAnswer(answer.json)))
        throw breaker.failed(failureOf(answer, context), started);
      breaker.succeeded();
      return isAbsent ? null : answer.json;
    } catch (error) {
      if (error instanceof DeliveryError) report.error = error;
      throw error;
    } finally {
      // After the breaker has recorded the result: it must be open before the end of a probe lets the next probe start.
      slot.done(flight.isSent);
      reportCall({ method: call.method, path: call.path, ms: clock.now() - started, ...report });
    }
  }

  /** A listener that throws must not turn a note that was written into a failed call, which is made again. */
  function reportCall(report: CallReport): void {
    try {
      options.onCall?.(report);
    } catch {}
  }

  async function exchange(
    call: KommoCall,
    context: CallContext,
    token: AccessToken,
    flight: Flight,
  ): Promise<Answer> {
    const { signal } = flight;
    const deadline = startDeadline(timeoutMs, signal);
    try {
      const answer = await boundedRequest({
        method: call.method,
        url: addressOf(token, call),
        headers: headersOf(call, token.value),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        dispatcher: watchSending(options.dispatcher, () => {
          flight.isSent = true;
          flight.slot.sent();
        }),
        signal: deadline.signal,
        maxBytes: MAX_BYTES,
      });
      if (answer.body === null) signal?.throwIfAborted();
      return answerOf(answer);
    } catch (error) {
      throw noAnswer(causeOf(error, deadline.signal, signal), flight.isSent, context, {
        timeoutMs,
        maxBytes: MAX_BYTES.success,
      });
    } finally {
      deadline.clear();
    }
  }

  function addressOf({ origin }: AccessToken, { path, query }: KommoCall): string {
    const root = origin === null ? configured : rootOf(origin);
    return `${root}${path}${query ? `?${query}` : ''}`;
  }

  return { send };
}

function rootOf(address: string): string {
  const base = new URL(address);
  return `${base.origin}${withoutEndSlashes(base.pathname)}/api/v4`;
}

/** The statuses of a token that is not accepted, and of an address where no account answers (any more). */
const REFUSALS = new Set([301, 302, 303, 307, 308, 401, 404, 410]);

function isRefusal(error: unknown): boolean {
  return (
    error instanceof DeliveryError && error.failure === 'unauthorized' && REFUSALS.has(error.status ?? 0)
  );
}

function headersOf(call: KommoCall, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/hal+json, application/json',
    'user-agent': 'Stagepost',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

async function readToken(
  read: () => AccessToken | null | Promise<AccessToken | null>,
): Promise<AccessToken | null> {
  let token: AccessToken | null;
  try {
    token = await read();
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    // The original error's message may hold the token.
    throw new DeliveryError('retryable', 'The Kommo token could not be read from the store.');
  }
  if (token === null) return null;
  const value = token.value.trim();
  if (/^[\x21-\x7e]+$/.test(value)) return { ...token, value };
  const what = value === '' ? 'is empty' : 'contains characters that no token has';
  throw new DeliveryError(
    'unauthorized',
    `The Kommo token ${what}. Copy it again from Kommo's integration page.`,
  );
}

async function acquire(limiter: RateLimiter, ...request: Parameters<RateLimiter['acquire']>): Promise<Slot> {
  try {
    return await limiter.acquire(...request);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('retryable', 'The call to Kommo was cancelled before it was sent.');
  }
}

/** Whether the requested entity does not exist: 204, or Kommo's own 404 where the call allows one; not a gateway's 404. */
function meansAbsent({ status, json }: Answer, { absent }: KommoCall): boolean {
  return status === 204 || (absent?.includes(status) === true && isOwnProblem(json) && !isAboutAddress(json));
}

/** The content type is not checked: gateways label JSON as HTML and HTML as JSON. */
function answerOf({ status, headers, body }: BoundedAnswer): Answer {
  return { status, headers, json: body === null ? undefined : parseJson(body.toString('utf8')) };
}
